"""Constitutions: what they hold, how their files are read, checked and described."""
