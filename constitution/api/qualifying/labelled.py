"""Labelled pairs: two answers to a prompt and which is the better one, from a file or from what people ruled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution.api.people import rulings_of
from constitution.api.qualifying.replaying import file_digest
from constitution.core.chance import fraction
from constitution.core.digest import digest
from constitution.core.records import Prompt
from constitution.core.rulings import Rulings
from constitution.core.trail import Response, Trail, pair_id
from constitution.dataset.layout import TRAILS
from constitution.dataset.trails import each_trail
from constitution.errors import BadFile
from constitution.pairing.earned import sides
from constitution.rulings import read_rulings
from constitution.sources.jsonl import MAX_LINE
from constitution.sources.rows import Ignored, prompt_of
from constitution.sources.text import brief, lines, parsed
from constitution.trials.judging.judged import Truth

EXPECTED = (
    'a row is {"prompt" | "messages", "chosen", "rejected"}, two transcripts as chosen and rejected, or {"prompt" | '
    '"messages", "candidates": [{"text", "model"?}, {"text", "model"?}], "label": 1 | 2 | "tie"}'
)
_LABELS: dict[str, Truth] = {"1": "a", "2": "b", "tie": "tie"}


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """A prompt with two answers and their label."""

    prompt: Prompt
    a: Response
    b: Response
    truth: Truth

    @property
    def id(self) -> str:
        """Name of the pair by its texts, whichever is the better one."""
        return pair_id(self.prompt.messages, self.b.text, self.a.text)


@dataclass(frozen=True, kw_only=True)
class LabelledFile:
    """What a file or folder holds of labelled pairs."""

    pairs: tuple[Labelled, ...]
    source: str
    sha256: str
    notes: tuple[str, ...] = ()


def read_labelled(path: Path, root: Path) -> LabelledFile:
    """The labelled pairs of a file, one row a line; of a dataset folder, those that people ruled on.

    A pair that stands twice with one label counts once; rows of ``chosen`` and ``rejected`` that say the same, or of
    which one says nothing, are left out, as public files have some; both are noted. Raises ``BadFile`` with
    ``file:line`` for a row that holds no labelled pair, for a pair with two labels, and where there is no pair at all.
    """
    if path.is_dir():
        return _ruled(path, root)
    ignored: Ignored = Ignored()
    texts = ((where, line.strip()) for where, line in lines(path, most=MAX_LINE))
    rows = [(where, _row(parsed(text, where), where, ignored)) for where, text in texts if text]
    pairs, twice = _once((where, pair) for where, pair in rows if pair is not None)
    if not pairs:
        raise BadFile("the file holds no labelled pair", where=str(path), remedy=EXPECTED)
    keys = ", ".join(f"{key} ({number} rows)" for key, number in sorted(ignored.items()))
    alike = sum(pair is None for _, pair in rows)
    notes = (
        *([f"keys of the rows that are not read: {keys}"] if keys else []),
        *([f"rows with one answer, or twice the same, are left out: {alike:,}"] if alike else []),
        *([f"pairs that stand more than once are counted once: {twice:,}"] if twice else []),
    )
    return LabelledFile(pairs=pairs, source=path.name, sha256=file_digest(path), notes=notes)


def _once(rows: Iterator[tuple[str, Labelled]]) -> tuple[tuple[Labelled, ...], int]:
    """Each pair once, and how many rows said what was known."""
    found: dict[frozenset[str], tuple[str, Labelled]] = {}
    twice = 0
    for where, pair in rows:
        key = frozenset({pair.id, pair_id(pair.prompt.messages, pair.a.text, pair.b.text)})
        place, known = found.setdefault(key, (where, pair))
        if known is pair:
            continue
        if _better(known) != _better(pair):
            raise BadFile(f"the same pair has another label at {place}", where=where, remedy="keep one of the rows")
        twice += 1
    return tuple(pair for _, pair in found.values()), twice


def _better(pair: Labelled) -> str | None:
    return None if pair.truth == "tie" else pair.a.text if pair.truth == "a" else pair.b.text


def _row(row: Any, where: str, ignored: Ignored) -> Labelled | None:
    """The pair; None where ``chosen`` and ``rejected`` are no two answers."""
    if not isinstance(row, Mapping):
        raise BadFile("the row is no object", where=where, remedy=EXPECTED)
    label = row.get("label")
    paired = row.get("chosen") is not None and row.get("rejected") is not None
    if paired and label is not None:
        raise BadFile("it holds chosen, rejected and a label", where=where, remedy="leave the label out")
    prompt = prompt_of({name: value for name, value in row.items() if name != "label"}, where, ignored)
    different = len({" ".join(each.text.split()) for each in prompt.candidates})
    if paired and different < 2:
        return None
    if len(prompt.candidates) != 2 or different != 2:
        raise BadFile("it does not hold two different answers", where=where, remedy=EXPECTED)
    if not paired and (isinstance(label, bool) or str(label) not in _LABELS):
        raise BadFile(f"label is {brief(repr(label))}", where=where, remedy='it must be 1, 2 or "tie"; ' + EXPECTED)
    first, second = (Response(text=each.text, origin=each.origin, model=each.model) for each in prompt.candidates)
    if paired:
        return _sided(prompt, better=second, worse=first)
    return Labelled(prompt=prompt, a=first, b=second, truth=_LABELS[str(label)])


def _sided(prompt: Prompt, *, better: Response, worse: Response, tie: bool = False) -> Labelled:
    """The pair with its better answer on one side or the other, by hash of its texts.

    With all of them on one side, the labels would be one word, and agreement beyond chance could not be told.
    """
    if fraction("side", *sorted((better.sha256, worse.sha256)), better.sha256) < 0.5:
        return Labelled(prompt=prompt, a=better, b=worse, truth="tie" if tie else "a")
    return Labelled(prompt=prompt, a=worse, b=better, truth="tie" if tie else "b")


def _ruled(out: Path, root: Path) -> LabelledFile:
    """The pairs of a dataset folder that people ruled on: one that is kept is better as it stands, a dropped one a tie.

    The rulings are those of the project. Raises ``BadFile`` where nobody has ruled on any pair of the folder.
    """
    rulings = read_rulings(rulings_of(None, root))
    pairs = tuple(pair for _, trail in each_trail(out) for pair in _of_trail(trail, rulings))
    if not pairs:
        raise BadFile(
            "nobody has ruled on a pair of this folder",
            where=str(out / TRAILS),
            remedy=f"constitution review {out}, or name a file of labelled pairs",
        )
    said = [[pair.id, pair.truth] for pair in pairs]
    return LabelledFile(pairs=pairs, source=out.name, sha256=digest(said))


def _of_trail(trail: Trail, rulings: Rulings) -> Iterator[Labelled]:
    positions = sides(trail)
    if positions is None:
        return
    a, b = (trail.responses[position] for position in positions)
    for worse, better in ((a, b), (b, a)):
        ruling = rulings.on_pair(trail.prompt.id, pair_id(trail.prompt.messages, better.text, worse.text))
        if ruling is not None:
            yield _sided(trail.prompt, better=better, worse=worse, tie=ruling.verdict == "drop")
            return
