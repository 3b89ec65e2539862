"""Writing: rows become the lines of a trainer one by one; what would be lost stops it before anything stands."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from constitution.dataset.rows import Row
from constitution.errors import ConstitutionError
from constitution.exports.formats import Facts, Format, Source
from constitution.exports.sealed import broken_seal
from constitution.exports.times import Times
from constitution.exports.weaving import waiting, woven
from constitution.labels.spec import FLAT, PROVENANCE

LABELS = "labels.jsonl"
"""A line for each line of the data, with the labels of the pair that it was made from."""
SKIPPED = "skipped.jsonl"
"""A line for each pair that was left out, and why."""
FEW = 3
"""Pairs named for each reason."""

_BREAKS = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Characters at which some readers end a line."""
_SPELL = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


@dataclass
class Turned:
    """Pairs that the format cannot say, or that are not as they were sealed."""

    why: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[str]] = field(default_factory=dict)
    """Reason to the first pairs that it holds of."""

    def add(self, row: Row, why: str) -> None:
        """One more."""
        self.why[why] += 1
        named = self.first.setdefault(why, [])
        if len(named) < FEW:
            named.append(row.pair_id)


class Writing:
    """An export that grows in a folder of its own, line by line; at the end its files are on the disk."""

    def __init__(self, folder: Path, form: Format, source: Source, *, skip: bool, unverified: bool) -> None:
        self.refused, self.broken = Turned(), Turned()
        self.rows_in = self.rows = 0
        self._folder, self._form, self._source = folder, form, source
        self._skip, self._unverified = skip, unverified
        self._open = ExitStack()
        self._files: dict[str, IO[str]] = {}
        self._rows: Counter[str] = Counter()
        self._lines: Counter[str] = Counter()
        self._sides: Counter[str] = Counter()
        self._keys: set[str] = set()
        self._times = Times()
        self._flip = 0.0
        self._p_known = self._p_calibrated = 0

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def sealed(self) -> bool:
        """Every row so far is as it was sealed."""
        return not self._unverified and not self.broken.why

    @property
    def stopped(self) -> bool:
        """Something was found for which the export may not be: the rest is only counted."""
        return bool(self.broken.why) or bool(self.refused.why and not self._skip)

    def add(self, row: Row, split: str) -> None:
        """One more row, written or counted among those that cannot be."""
        self.rows_in += 1
        if not self._unverified and (why := broken_seal(row, self._source)) is not None:
            self.broken.add(row, why)
        elif (why := self._form.refusal(row, self._source)) is not None:
            self.refused.add(row, why)
            if self._skip:
                self._write(SKIPPED, line_of({"pair_id": row.pair_id, "split": split, "reason": why}))
        elif not self.stopped:
            self._add(row, split)

    def _add(self, row: Row, split: str) -> None:
        self.rows += 1
        self._rows[split] += 1
        labels = line_of(labels_of(row))
        for line in self._form.lines(row, self._source):
            if (trap := self._form.trap(line.told)) is not None:
                raise ConstitutionError(f"a line of the export would mislead its trainer: {trap}", where=row.pair_id)
            self._keys.update(line.told)
            self._times.add(f"{split}.jsonl", line.told)
            if self._form.weaves:
                self._write(waiting(split, line.side), line_of(line.told))
            else:
                self._place(split, line_of(line.told), line.side, labels, line.part)
        if self._form.weaves:
            self._write(waiting(split, "labels"), labels)
        if row.p_chosen is not None:
            self._p_known += 1
            self._flip += 1 - row.p_chosen
            self._p_calibrated += row.p_calibrated

    def _place(self, split: str, line: str, side: str, labels: str, part: str = "") -> None:
        """A line of the split stands, and one with its labels."""
        name = f"{split}.jsonl"
        self._lines[split] += 1
        self._sides[side] += 1
        place = {"file": name, "line": self._lines[split], "side": side, **({"part": part} if part else {})}
        self._write(name, line)
        self._write(LABELS, f"{_SPELL(place)[:-1]}, {labels[1:]}")

    def _weave(self) -> None:
        """What waited to be woven stands."""
        for name in [name for name in self._files if name.startswith(".")]:
            self._files.pop(name).close()
        for split, rows in sorted(self._rows.items(), reverse=True):
            for each in woven(self._folder, split, rows):
                self._place(split, each.line, each.side, each.labels)

    def _write(self, name: str, line: str) -> None:
        if name not in self._files:
            file = open(self._folder / name, "x", encoding="utf-8", newline="\n")  # noqa: SIM115 - open till the end
            self._files[name] = self._open.enter_context(file)
        self._files[name].write(line)

    def close(self) -> Facts:
        """Every line is on the disk; what they have come to."""
        if self._form.weaves:
            self._weave()
        for file in self._files.values():
            file.flush()
            os.fsync(file.fileno())
        self._open.close()
        return Facts(
            name=self._source.manifest.dataset.name,
            files={split: f"{split}.jsonl" for split in sorted(self._lines, reverse=True)},
            lines=dict(sorted(self._lines.items())),
            sides=dict(sorted(self._sides.items())),
            keys=frozenset(self._keys),
            dates=self._times.alone(),
            rows=self.rows,
            p_known=self._p_known,
            p_flip=self._flip / self._p_known if self._p_known else None,
            p_calibrated=self._p_calibrated,
        )


def labels_of(row: Row) -> dict[str, Any]:
    """What the row says of who made it: its seal, its flat labels, its provenance."""
    flat = {name: getattr(row, name) for name in FLAT}
    return {**flat, "row_sha256": row.provenance.get("row_sha256"), PROVENANCE: row.provenance}


def line_of(told: Mapping[str, Any]) -> str:
    """A line of JSON, in UTF-8 but for the characters at which some readers would end it."""
    line = _SPELL(told)
    if not line.isascii():
        for character, spelled in _BREAKS.items():
            line = line.replace(character, spelled)
    return line + "\n"


def each(rows: Iterable[tuple[Row, str]], split: str | None) -> Iterable[tuple[Row, str]]:
    """The rows of one split, or all."""
    return rows if split is None else (found for found in rows if found[1] == split)
