"""The dataset card: README.md of the folder, every figure in it computed from the rows and trails."""

from constitution.dataset.card.whole import CLOSING, OPENING, body_of, card_of

__all__ = ["CLOSING", "OPENING", "body_of", "card_of"]
