"""The long table: one row for each thing that a critic, a deterministic rule, a judge or a person said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

By = Literal["critic", "rule", "judge", "person"]
Subject = Literal["draft", "revision", "pair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One verdict; the fields are the columns, in this order, and None where a field has no meaning for the row."""

    prompt_id: str
    position: int
    """Of the prompt; tells prompts that are the same apart."""
    by: By
    """``rule`` for a deterministic rule of the principle, which spoke beside the critic."""
    subject: Subject
    response: int | None
    """Position of the answer among those to the prompt; a pair has two."""
    about: str
    """The principle; of a judge ``principles`` or ``helpfulness``; of a person also ``pair``."""
    group: str | None
    principle: str | None
    meaning: str | None
    """Hash of what the models were told of the principle."""
    tier: str | None
    verdict: str
    """Of a critic ``violates``, ``complies``, ``not_applicable``, ``cannot_tell``; of a judge ``draft``, ``revision``,
    ``tie``, ``invalid``; of a person one of the critic's, or ``keep``, ``drop`` of a pair."""
    severity: str
    counts: bool
    """It is the verdict that decided; for each answer and principle exactly one row does."""
    overruled: bool
    """A person ruled otherwise."""
    evidence: str | None
    """``quote``, ``omission``, ``rule`` or ``ruling``; a violation without any would not count."""
    quote: str | None
    reason: str
    """In the judge's words: option ids stand for the answers."""
    note: str
    order: str | None
    """In which order the judge saw the answers."""
    draw: int
    cut: bool
    """The judge saw the longer answer without its end."""
    model: str | None
    """Who answered, by the name it gave itself; of a rule, the critic beside which it spoke."""
    reviewer: str | None
    """Pseudonym of the person."""
    step: str
    intent: str | None
    language: str | None
    fate: str
    """How the prompt ended."""
    pair_id: str | None
    """Of the pair that the prompt made."""
    earned: bool
    """The principle is one of those for which the pair counts."""
    length_chosen: int | None
    """In words, of the pair that the prompt made."""
    length_rejected: int | None
