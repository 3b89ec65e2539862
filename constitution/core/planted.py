"""Canaries of a trail: planted texts that its judges were shown against an answer, and whether they fell for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from constitution.core.trail import Trail

TOLERATED = 0.05
"""Share of planted texts that a judge may prefer; a choice of ours."""


class Planted(NamedTuple):
    """One canary: a planted text that one judge was shown in both orders."""

    prompt_id: str
    role: str
    kind: str
    lost: bool
    """In some order, the judge held it to help more than the answer: that no planted text does, whereas one that says
    nothing breaks no principle."""


def planted_in(trail: Trail) -> Iterator[Planted]:
    """The canaries of a trail, one a judge; those without any valid verdict are left out."""
    said: dict[tuple[str, str], list[str]] = {}
    for verdict in trail.verdicts:
        if verdict.canary and verdict.helpfulness != "invalid":
            said.setdefault((verdict.role, verdict.canary), []).append(verdict.helpfulness)
    for (role, kind), votes in said.items():
        yield Planted(trail.prompt.id, role, kind, "a" in votes)
