"""The loaders of other trainers, run on files that we export (make test-trainers)."""
