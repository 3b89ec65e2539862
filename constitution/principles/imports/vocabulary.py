"""What others call our fields; a name stands here where its meaning is clear."""

from __future__ import annotations

import re
from collections.abc import Iterable

ENTRY: dict[str, tuple[str, ...]] = {
    "id": ("id", "key", "slug"),
    "title": ("title", "name", "heading", "label"),
    "tier": ("tier", "level", "strength"),
    "rule": ("rule", "statement", "text", "principle", "description", "instruction", "guideline", "content", "body"),
    "why": ("why", "rationale", "reason", "because", "motivation", "justification", "explanation"),
    "exceptions": ("exceptions", "exception", "unless", "except"),
    "critique_request": ("critique_request", "critique", "critic", "critique_prompt"),
    "revision_request": ("revision_request", "revision", "edit_request", "revision_prompt"),
    "preference_question": ("preference_question", "preference", "comparison", "question"),
    "applies_when": ("applies_when", "scope"),
    "rules": ("rules",),
    "conflicts_with": ("conflicts_with", "conflicts"),
    "owner": ("owner", "maintainer"),
    "source": ("source", "reference", "origin"),
    "tags": ("tags", "labels"),
    "allow": ("allow",),
}
"""Our fields of a principle, and what others call them, the likeliest first."""
ABOUT: dict[str, tuple[str, ...]] = {
    "title": ("title", "name"),
    "language": ("language", "locale", "lang"),
    "license": ("license", "licence"),
    "note": ("note", "description", "preamble", "introduction", "notes"),
    "allow": ("allow",),
}
LISTS = (
    "groups", "principles", "rules", "constitution", "guidelines", "policies", "values", "sections", "entries", "items",
)  # fmt: skip
"""Lists that a whole file may hold."""
MEMBERS = ("principles", "rules", "items", "guidelines", "entries", "members")
"""Lists that a group may hold."""
HEADING = ("group", "category", "section", "chapter", "theme")
"""Fields of an entry that say under which heading it belongs."""
EXAMPLES = ("examples", "cases", "tests")
"""Lists of examples, each with its verdict."""


def plain(name: str) -> str:
    """The name as it is compared: small letters, with underscores for spaces and dashes."""
    return re.sub(r"[\s-]+", "_", name.strip().casefold())


def key_among(keys: Iterable[str], names: tuple[str, ...]) -> str:
    """The key that is the first of these names to be there; empty where none is."""
    given = list(keys)
    return next((key for name in names for key in given if plain(key) == name), "")
