"""Formats: what one says of itself, what it makes of a row, and when it must refuse to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from constitution.dataset.rows import Row
from constitution.dataset.statement import Manifest
from constitution.errors import BadFile
from constitution.principles.model import Principle
from constitution.principles.reading import read_constitution


class Line(NamedTuple):
    """One line of an export."""

    told: dict[str, Any]
    """What the trainer reads."""
    side: str = "both"
    """What of the pair it holds: ``both``, ``chosen``, ``rejected`` or ``critique``."""
    part: str = ""
    """The path of the one part that the model is to learn to say, where that is all: ``critique/0``."""


@dataclass(frozen=True)
class Source:
    """The dataset that is exported, beside its rows."""

    manifest: Manifest

    @cached_property
    def terms(self) -> Mapping[str, Sequence[str]]:
        """Id of the terms of a model to what they restrict."""
        return {each.id: each.restrictions for each in self.manifest.terms}

    @cached_property
    def principles(self) -> Mapping[tuple[str, str], Principle]:
        """Every principle of the manifest's files by id and meaning; a file that cannot be read holds none."""
        found: dict[tuple[str, str], Principle] = {}
        for file in self.manifest.principles:
            with suppress(BadFile):  # of another version, perhaps: its rows are refused one by one, with the reason
                found |= {
                    (each.id, each.meaning): each for each in read_constitution(file.content, file.file).principles
                }
        return found


@dataclass(frozen=True)
class Facts:
    """What an export has come to, once every line is written."""

    name: str
    """Of the dataset."""
    files: Mapping[str, str]
    """Split to the name of its file; splits without lines have none."""
    lines: Mapping[str, int]
    """Split to the number of its lines."""
    sides: Mapping[str, int]
    """Side to the number of its lines."""
    keys: frozenset[str]
    """Keys that some line has."""
    dates: Sequence[tuple[str, str]]
    """File and column of each that holds nothing but dates."""
    rows: int
    """Pairs that the lines were made from."""
    p_known: int
    """Those that say ``p_chosen``."""
    p_flip: float | None
    """Over these, the mean probability that the judges have the wrong side; None where there are none."""
    p_calibrated: int
    """Those whose probability was corrected by measuring the judge against people."""


Refusal = Callable[[Row, Source], str | None]
"""Why a row cannot be written without loss; None where it can."""
Lines = Callable[[Row, Source], Sequence[Line]]
"""What the trainer reads of a row that was not refused: at least one line."""


def no_files(facts: Facts) -> Mapping[str, bytes]:
    """A format that needs nothing beside its lines."""
    return {}


def no_hints(facts: Facts) -> Mapping[str, Any]:
    """A format that has no advice to give."""
    return {}


def no_trap(told: Mapping[str, Any]) -> str | None:
    """A format whose lines nothing is known to mislead."""
    return None


@dataclass(frozen=True)
class Format:
    """A trainer's way to write pairs."""

    purpose: str
    """Who reads it and for what: one sentence."""
    cannot: tuple[str, ...]
    """What a row may hold that it has no place for, such rows being refused; and what it leaves unsaid."""
    refusal: Refusal
    lines: Lines
    weaves: bool = False
    """Each row gives a line for either side, and they stand in the order of ``weaving``, far from each other."""
    least: int = 1
    """Lines of a split without which nobody reads it."""
    note: str = ""
    """What else one should know before one uses it."""
    beside: Callable[[Facts], Mapping[str, bytes]] = no_files
    """Files that the trainer wants beside the lines, by name."""
    hints: Callable[[Facts], Mapping[str, Any]] = no_hints
    """Settings that suit these lines: advice, which nobody has to take."""
    trap: Callable[[Mapping[str, Any]], str | None] = no_trap
    """What in a written line would mislead the trainer; None for a line as it should be."""
