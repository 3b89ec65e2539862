"""The long table: one row for each thing that a critic, a deterministic rule, a judge or a person said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

By = Literal["critic", "rule", "judge", "person"]
Subject = Literal["answer", "revision", "pair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One verdict; the fields are the columns, in this order, and None where a field has no meaning for the row."""

    prompt_id: str
    position: int
    """Of the prompt; tells prompts that are the same apart."""
    by: By
    """``rule`` for a deterministic rule of the principle, which spoke beside the critic."""
    subject: Subject
    """``answer`` for one that revises no other, whatever it is called (see the column of that name)."""
    response: int | None
    """Position of the answer among those to the prompt; a pair has two."""
    about: str
    """The principle; of a judge ``principles``, ``helpfulness`` or ``rating``; of a person also ``pair``."""
    group: str | None
    principle: str | None
    meaning: str | None
    """Hash of what the models were told of the principle."""
    tier: str | None
    verdict: str
    """Of a critic ``violates``, ``complies``, ``not_applicable``, ``cannot_tell``; of a judge the
    answer that it names, as ``draft`` or ``guided answer``, else ``tie`` or ``invalid``, and of a rating its score;
    of a person one of the critic's, or ``keep``, ``drop`` of a pair."""
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
    """In which order the judge saw the answers: ``a_first`` or ``b_first``."""
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
    """The principle is one of those for which the pair counts; no pair counts for one where helpfulness decided."""
    length_chosen: int | None
    """In words, of the pair that the prompt made."""
    length_rejected: int | None
    answer: str | None
    """What the answer is called among those to the prompt: ``draft``, ``revision``, ``elicited answer`` …"""
    first: bool
    """The first reading under this principle, of the answer that may break it; what follows checks another."""
    asked: tuple[str, ...] | None
    """Principles that the judge was asked about, all at once."""
    a: str | None
    """What the judge saw as ``a``: what is claimed to be the worse answer."""
    b: str | None
    role: str | None
    """Which judge of a panel: ``judge``, ``judge-2`` …"""
    p: float | None
    """Probability of ``b`` by the judge's log-probs, on the question that decides."""
    canary: str | None
    """Kind of the planted text by which the judge was tested; such a verdict does not count."""
