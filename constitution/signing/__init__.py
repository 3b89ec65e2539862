"""Signing: keys, and signatures over the statement of a dataset folder; the cryptography is a library's."""
