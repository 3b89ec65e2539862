"""Verifying: whether a dataset is what it says it is; one file for each level, and never one tick for all."""
