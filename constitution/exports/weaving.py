"""Weaving: good and bad answers in turn, the two answers of a pair half a file apart, for trainers that read in order.

TRL's ``KTOTrainer`` reads lines in their order (its KL term allows no other), and estimates that term by giving each
prompt of a batch the completion of the line before it. Where both answers of a pair, or those of pairs that share a
prompt, are neighbours, a prompt meets an answer to itself, and the estimate is no estimate. Where all good lines come
before all bad ones, as in TRL's own unpairing, no batch holds both. So good and bad lines alternate, and a pair's two
lines are as far from each other as the file allows, in each direction.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

SIDES = ("chosen", "rejected")


class Woven(NamedTuple):
    """A line at its place, with the labels of its row, both as JSON."""

    side: str
    line: str
    labels: str


def waiting(split: str, kind: str) -> str:
    """What the file is called in which the lines of one side, or the labels of the rows, wait; hidden, for a while."""
    return f".{split}.{kind}.waiting"


def woven(folder: Path, split: str, rows: int) -> Iterator[Woven]:
    """The lines of a split that wait in this folder, woven; afterwards nothing waits.

    The bad answer beside the good one of row ``i`` is that of row ``i + half``, so that no two neighbours are of one
    row wherever there are three rows or more. The files are read a line at a time.
    """
    half = (rows + 1) // 2
    labels = folder / waiting(split, "labels")
    good, bad = (folder / waiting(split, side) for side in SIDES)
    in_turn = zip(_lines(good), _lines(labels), _from(half, bad), _from(half, labels), strict=True)
    for chosen, of_chosen, rejected, of_rejected in in_turn:
        yield Woven("chosen", chosen, of_chosen)
        yield Woven("rejected", rejected, of_rejected)
    for path in (good, bad, labels):
        path.unlink()


def _from(first: int, path: Path) -> Iterator[str]:
    """Every line once, beginning with this one."""
    return chain(islice(_lines(path), first, None), islice(_lines(path), first))


def _lines(path: Path) -> Iterator[str]:
    with open(path, encoding="utf-8", newline="\n") as file:
        yield from file
