"""A release: what it would be, the evidence for it, and the deed."""
