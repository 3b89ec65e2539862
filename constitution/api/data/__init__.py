"""Whole datasets: what the verbs verify, audit, export and data do, put together from their rooms."""
