"""Judges, tried: figures over verdicts on answers of which it is known which is the better one."""
