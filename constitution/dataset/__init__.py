"""The dataset folder: rows, labels, trails, card and manifest, put in place whole or not at all."""
