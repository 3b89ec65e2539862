"""Exports: one file for each trainer that reads preference data; what a format cannot say is refused."""
