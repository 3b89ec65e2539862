"""Counts: what the manifest and the card say of a dataset, computed from its rows and trails and never typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import Field

from constitution.core.planted import planted_in
from constitution.core.records import Message, Record
from constitution.core.trail import Trail
from constitution.dataset.rows import Row
from constitution.labels.spec import NO_MODEL, PARTED, UNKNOWN

TEXTS = PARTED
"""The kinds of text in a row."""
VERDICTS = ("judge", "execute", "human_review")
"""Kinds of steps in which somebody or something said which answer is the better one."""
DEEDS = ("chosen", "rejected", "critique", "judge")
"""What a model may have done for a row."""
EVIDENCE = ("quotes", "omissions", "aligned", "changed_words", "unexplained_words", "new_names", "new_numbers")
"""What is counted of the evidence."""


class Counts(Record):
    """Figures of one dataset; each tally is sorted by its key."""

    prompts: int
    """None of a mixture, which is made of rows."""
    rows: int
    splits: dict[str, int]
    fates: dict[str, int]
    """Over all prompts; they add up to ``prompts``."""
    canaries: dict[str, int]
    """Over all prompts: planted texts that judges were shown (``asked``), and how many they held to help more than the
    answer (``lost``)."""
    synthetic: dict[str, int]
    """Over rows, as all below."""
    parts: dict[str, dict[str, int]]
    """Messages by kind of text, then by origin."""
    chars: dict[str, dict[str, int]] = Field(default_factory=dict)
    """The same in characters."""
    models: dict[str, dict[str, int]]
    """Model, then what it did, to the number of rows."""
    principles: dict[str, int]
    licenses: dict[str, int]
    restrictions: dict[str, int] = Field(default_factory=dict)
    """What binds those who use a row, by its licence and by the terms of every model behind it."""
    sources: dict[str, int]
    warnings: dict[str, int]
    arms: dict[str, int]
    """How the chosen and the rejected answer came about: ``revision over draft``."""
    evidence: dict[str, int]
    """Rows with a quote, with an omission, with an answer revised from the other one (``aligned``), with new names and
    with new numbers; of the aligned ones the words that changed, and those of them that no violation explains."""
    flipped: int
    """Rows in which the judge turned round what was claimed."""
    self_judged: int
    unjudged: int = 0
    """Rows without a verdict of a judge, a program or a person: which answer is better came with their source."""
    reviewed: int = 0
    """Rows of which a person has ruled on the pair or on an answer of it."""
    reviewers: int = 0
    """People, by their pseudonyms, whose ruling stands behind a row or threw a pair out."""
    accepted: int = 0
    """Rows whose pair a person has kept; not known of rows without their trails."""
    rehearsal: bool
    """The simulator took part in some trail or row."""


class Counting:
    """The figures of a dataset whose trails are told one after the other."""

    def __init__(self) -> None:
        self._fates: Counter[str] = Counter()
        self._splits: Counter[str] = Counter()
        self._canaries: Counter[str] = Counter()
        self._tallies: dict[str, Counter[str]] = {name: Counter() for name in TALLIES}
        self._parts: dict[str, Counter[str]] = {text: Counter() for text in TEXTS}
        self._chars: dict[str, Counter[str]] = {text: Counter() for text in TEXTS}
        self._deeds: Counter[tuple[str, str]] = Counter()
        self._evidence: Counter[str] = Counter()
        self._flipped = self._self_judged = self._reviewed = self._accepted = self._unjudged = 0
        self._reviewers: set[str] = set()
        self._rehearsal = False

    def add_trail(self, trail: Trail) -> None:
        """One more trail; its row, if it made one, is told by itself."""
        self._fates[trail.fate or ""] += 1
        self._rehearsal = self._rehearsal or any(step.agent == "simulator" for step in trail.steps)
        kept = [ruling for ruling in trail.rulings if ruling.about == "pair" and ruling.verdict == "keep"]
        self._accepted += bool(kept) and trail.fate == "paired"
        if trail.fate == "ruled_out":
            self._reviewers.update(ruling.reviewer for ruling in trail.rulings)
        for each in planted_in(trail):
            self._canaries.update(("asked", "lost") if each.lost else ("asked",))

    def add_row(self, row: Row, split: str) -> None:
        """One more row."""
        self._splits[split] += 1
        for name, said_of in TALLIES.items():
            self._tallies[name].update(said_of(row))
        for part in row.provenance["parts"]:
            text, _, place = part["path"].partition("/")
            self._parts[text][part["origin"]] += 1
            self._chars[text][part["origin"]] += len(said_at(row, text, int(place)))
            self._rehearsal = self._rehearsal or part["origin"] == "simulator"
        self._rehearsal = self._rehearsal or any(step["agent"] == "simulator" for step in row.provenance["steps"])
        self._deeds.update(deeds(row))
        self._evidence.update(evidence_of(row.evidence))
        self._flipped += row.flipped
        self._self_judged += row.self_judged
        self._unjudged += not any(step["kind"] in VERDICTS for step in row.provenance["steps"])
        people = [step.get("agent_id", "") for step in row.provenance["steps"] if step["kind"] == "human_review"]
        self._reviewed += bool(people)
        self._reviewers.update(people)

    def counts(self) -> Counts:
        """The figures so far."""
        return Counts(
            prompts=self._fates.total(),
            rows=self._splits.total(),
            splits={name: self._splits[name] for name in ("train", "test") if name == "train" or self._splits[name]},
            fates=tally(self._fates),
            canaries={name: self._canaries[name] for name in ("asked", "lost")},
            **{name: tally(found) for name, found in self._tallies.items()},
            parts={text: tally(found) for text, found in self._parts.items()},
            chars={text: tally(found) for text, found in self._chars.items()},
            models=self._models(),
            evidence={name: self._evidence[name] for name in EVIDENCE},
            flipped=self._flipped,
            self_judged=self._self_judged,
            unjudged=self._unjudged,
            reviewed=self._reviewed,
            reviewers=len(self._reviewers),
            accepted=self._accepted,
            rehearsal=self._rehearsal,
        )

    def _models(self) -> dict[str, dict[str, int]]:
        """For each model, in how many rows it wrote the chosen, the rejected answer, a critique, or judged."""
        names = sorted({model for model, _ in self._deeds})
        return {model: {deed: self._deeds[model, deed] for deed in DEEDS} for model in names}


TALLIES: Mapping[str, Callable[[Row], Iterable[str]]] = {
    "synthetic": lambda row: (row.synthetic,),
    "principles": lambda row: row.principles,
    "licenses": lambda row: (row.license,),
    "restrictions": lambda row: row.provenance.get("restrictions", ()),
    "sources": lambda row: (row.source,),
    "warnings": lambda row: row.warnings,
    "arms": lambda row: (f"{row.chosen_arm} over {row.rejected_arm}",),
}
"""Name of a tally to what a row adds to it."""


def said_at(row: Row, text: str, place: int) -> str:
    """The words of one message of the row, or of one remark of its critic."""
    if text == "critique":
        return row.critique[place].text
    messages: tuple[Message, ...] = getattr(row, text)
    return messages[place].content


def tally(found: Counter[str]) -> dict[str, int]:
    """How often each name comes, sorted by name."""
    return dict(sorted(found.items()))


def evidence_of(found: Mapping[str, Any]) -> dict[str, int]:
    """What one row adds to the figures of the evidence."""
    kinds = [quote["kind"] for quote in found["quotes"]]
    return {
        "quotes": any(kind != "omission" for kind in kinds),
        "omissions": "omission" in kinds,
        "aligned": found["aligned"],
        "changed_words": found["changed_words"] or 0,
        "unexplained_words": found["unexplained_words"] or 0,
        "new_names": bool(found["new_names"]),
        "new_numbers": bool(found["new_numbers"]),
    }


def deeds(row: Row) -> set[tuple[str, str]]:
    """Who did what for one row."""
    steps = row.provenance["steps"]
    critics = {part["step"] for part in row.provenance["parts"] if part["path"].startswith("critique/")}
    written = {(row.chosen_model, "chosen"), (row.rejected_model, "rejected")}
    criticised = {(answered_by(step), "critique") for step in steps if step["id"] in critics}
    judged = {(answered_by(step), "judge") for step in steps if step["kind"] == "judge"}
    return {deed for deed in written | criticised | judged if deed[0] not in (NO_MODEL, UNKNOWN)}


def answered_by(step: Mapping[str, Any]) -> str:
    """The model of a step, by the name it gave itself where it gave one."""
    name: str = step.get("model_returned") or step.get("model") or UNKNOWN
    return name
