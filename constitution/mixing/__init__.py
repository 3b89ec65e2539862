"""Mixing: several datasets and files of rows become one folder, each row as it was sealed."""
