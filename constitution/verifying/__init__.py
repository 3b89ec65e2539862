"""Verifying: whether a dataset folder, or rows of it, are what the statement says; each level told by itself."""
