"""Audit: what a trainer will make of pairs, row by row, before any is spent on training."""
