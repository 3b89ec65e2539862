"""W1: what a file leaves out that its readers need."""

from __future__ import annotations

from collections.abc import Iterator

from constitution.principles.lint.report import Around, Spot, spot
from constitution.principles.model import Constitution, Principle


def no_why(principle: Principle) -> Iterator[Spot]:
    """has no `why`.

    Why: A model that knows the reason judges cases by it that the rule did not foresee.
    Type: `why:` below the rule, with a sentence on what goes wrong where the rule is broken.
    """
    if not principle.why:
        yield spot()


def no_language(constitution: Constitution, around: Around) -> Iterator[Spot]:
    """does not say in which language it is written; English is supposed.

    Why: Who translates the file, or reads a dataset made by it, must know in which language the words count.
    Type: `language: en`, or another code, at the top of the file.
    """
    if "language" not in constitution.model_fields_set:
        yield spot()
