"""Pure nouns that every other room is built from: digests, records, conversations, templates."""
