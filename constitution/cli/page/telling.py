"""The words of a page that are the same for every row: fates, verdicts, steps, and what the terms mean."""

from __future__ import annotations

from constitution.core.fates import meaning_of

VERDICTS = {
    "violates": "breaks it", "complies": "keeps it", "not_applicable": "does not apply", "cannot_tell": "cannot tell",
    "keep": "keep the pair", "drop": "drop the pair",
}  # fmt: skip

EVIDENCE = {
    "quote": "words of the answer", "omission": "demanded by the prompt and missing from the answer",
    "rule": "found by a deterministic rule of the principle", "ruling": "words that a person pointed to",
}  # fmt: skip

STEPS = {
    "import": "brought along", "draft": "answer", "critique": "critique", "revise": "revision",
    "rate": "rating", "judge": "judgement", "execute": "run of a command",
    "human_review": "a person's ruling", "simulate": "simulation", "transform": "changed",
}  # fmt: skip

ORIGINS = {
    "human": "a person", "model": "a model", "simulator": "the simulator, a program that stands in for a model",
    "program": "a program", "mixed": "people and machines together", "unknown": "somebody unknown",
}  # fmt: skip

TIERS = {
    "never": "never: it goes before all others", "must": "must: it goes before those that only should be kept",
    "should": "should: it gives way to the others",
}  # fmt: skip

TERMS = (
    ("principle", "a written rule of behaviour, in a file that has a version"),
    ("chosen, rejected", "the two answers of a preference pair: a model trained on it learns to prefer the first"),
    ("critic", "a model that holds an answer to the principles and must quote what breaks them"),
    ("judge", "a model that compares both answers without knowing which is which, once in each order"),
    ("re-check", "the critic's reading of the answer that is to be the better one, with the same question"),
    ("ruling", "what a person decided; it outranks every model"),
)
"""Terms that the page uses."""


def fate_of(fate: str | None) -> str:
    """The fate in a sentence."""
    if fate == "paired":
        return "It became a preference pair."
    meaning = meaning_of(fate or "")
    return f"It made no pair: {meaning}." if meaning else f"It ended as {fate or 'unfinished'}."


def verdict_of(verdict: str) -> str:
    """The verdict in words."""
    return VERDICTS.get(verdict, verdict)


def headed(said: str) -> str:
    """The words with a capital letter.

    >>> headed("the draft")
    'The draft'
    """
    return said[:1].upper() + said[1:]


def named(names: list[str] | tuple[str, ...]) -> str:
    """As ``a, b and c``.

    >>> named(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names))
