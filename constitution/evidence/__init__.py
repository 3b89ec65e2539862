"""What stands behind a pair or an answer, read off the trail: quotes, explained changes, drift, new facts, labels."""
