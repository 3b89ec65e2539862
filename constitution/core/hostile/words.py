"""What a word can be in an order to a reviewer, and pairs of words that are more than the two."""

from __future__ import annotations

from enum import IntFlag, auto


class Word(IntFlag):
    """What a word can be in an order; one word may be several."""

    JUDGE = auto()
    """Who is addressed."""
    CHOOSE = auto()
    """What they shall do, as it is said in an order."""
    ANSWER = auto()
    """What they have before them."""
    ME = auto()
    """The same, in a weaker word."""
    THIS = auto()
    """Which of them."""
    VERDICT = auto()
    """What they give."""
    STATE = auto()
    """What a verdict says."""
    RULE = auto()
    """What they go by."""
    BEST = auto()
    WORSE = auto()
    OVERRIDE = auto()
    ORDER = auto()
    """What they were told."""
    BEFORE = auto()
    DONE = auto()
    """It was looked at already."""
    CALL = auto()
    """Somebody is being called to."""
    END = auto()
    """A text ends or begins here."""
    KEEPS = auto()
    """What a text does with rules."""
    NONE = auto()
    NOT = auto()
    BLAME = auto()
    """What a reviewer does with a bad text."""
    PICK = auto()
    """What they shall do, in a word that says little else."""
    OPTION = auto()
    """What they have before them, in a word that is said of much else."""
    WINS = auto()
    """What is to become of an answer."""
    EXEMPT = auto()
    """How a review is put off."""
    FAULT = auto()
    REVIEW = auto()
    AMENDED = auto()
    """What is said to have become of a rule."""
    NAMED = auto()
    """A reviewer by name, at the head of a sentence."""
    TURN = auto()
    """From here on something else is to hold."""


TURNS = (
    frozenset(("new", "system", "developer", "admin", "maintenance", "updated", "debug", "evaluation", "real",
               "evaluator", "critical", "security", "has", "root", "reading", "who")),
    frozenset(("instruction", "instructions", "task", "override", "mode", "note", "notice", "message", "prompt",
               "orders", "update", "changed", "objective", "directive", "command", "compare", "judge", "review",
               "grade", "rank", "ranks", "grades", "checks", "judges", "scores", "this")),
)  # fmt: skip
"""Words that, one after the other, say that something else is to hold from here on, or who is spoken to."""

READERS = (
    frozenset(("who", "that", "which")),
    frozenset(
        ("compare", "judge", "review", "grade", "rank", "ranks", "grades", "checks", "judges", "scores", "reviews")
    ),
)
"""Words that, one after the other, say what a reviewer does."""
PRAISE = (
    frozenset(("full", "top", "high", "ten", "write", "output", "maximum", "highest", "perfect", "maximal", "best")),
    frozenset(("marks", "score", "scores", "points", "credit", "rating", "grade", "mark", "10", "100")),
)
"""Words that, one after the other, are praise."""
