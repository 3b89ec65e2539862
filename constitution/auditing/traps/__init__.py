"""Traps: what of a row a trainer takes otherwise than it was meant, by what they look at."""
