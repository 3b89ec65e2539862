"""Claims: what the statement counts of its rows - who wrote how much, licences, principles, models - counted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from constitution.dataset.models import Models
from constitution.dataset.statement import Manifest
from constitution.labels.licences import together
from constitution.labels.spec import PARTED

Counted = dict[str, int]


class Claims:
    """Figures over rows that are sound, from their plain columns."""

    def __init__(self) -> None:
        self.rows = 0
        self._synthetic: Counter[str] = Counter()
        self._parts: Counter[tuple[str, str]] = Counter()
        self._chars: Counter[tuple[str, str]] = Counter()
        self._licences: Counter[str] = Counter()
        self._restrictions: Counter[str] = Counter()
        self._principles: Counter[str] = Counter()
        self._models = Models()

    def add(self, told: Mapping[str, Any]) -> None:
        """One more row; what is not there, such as a column that went, is not counted again."""
        self.rows += 1
        self._synthetic[told["synthetic"]] += 1
        self._licences[told["license"]] += 1
        provenance = told["provenance"]
        self._restrictions.update(provenance.get("restrictions") or ())
        self._principles.update(told.get("principles") or ())
        for part in provenance["parts"]:
            text, _, place = part["path"].partition("/")
            named = text, part["origin"]
            self._parts[named] += 1
            if messages := told.get(text):
                message = messages[int(place)]
                said = message.get("text" if text == "critique" else "content")
                self._chars[named] += len(said) if type(said) is str else 0
        self._models.add(SimpleNamespace(**told))  # type: ignore[arg-type]  # it reads three columns of a row

    def differing(self, manifest: Manifest, gone: frozenset[str]) -> Iterator[str]:
        """Each figure that the statement has otherwise; ``gone`` are columns without which some cannot be counted."""
        said, counts = manifest.synthetic, manifest.counts
        yield from _differ("rows by machines", said.by_row, self._synthetic)
        yield from _differ("rows by machines", counts.synthetic, self._synthetic)
        yield from _differ("rows by licence", counts.licenses, self._licences)
        yield from _differ("rows by restriction", counts.restrictions, self._restrictions)
        told = {text: _of(self._parts, text) for text in PARTED}
        for text, counted in told.items():
            yield from _differ(f"messages of {text} by origin", said.by_part.get(text, {}), counted)
            if text not in gone:
                yield from _differ(
                    f"characters of {text} by origin", said.by_chars.get(text, {}), _of(self._chars, text)
                )
        if manifest.dataset.license != together(self._licences):
            yield f"licence: it says {manifest.dataset.license!r}, the rows {together(self._licences)!r}"
        if lost := sorted(self._restrictions.keys() - set(manifest.dataset.restrictions)):
            yield f"restrictions: it leaves out {', '.join(lost)}, which rows say"
        if "principles" not in gone and manifest.recipe is not None:  # a row of a mixture does not name their file
            for each in manifest.principles:
                yield from _differ("rows by principle", each.ids_used, self._principles)
        there = {_who(each): each for each in said.models}
        for share in self._models.shares():
            if there.pop(_who(share), None) != share:
                yield f"models: the part of {share.model} in the rows is otherwise"
        for model, _, _ in there:
            yield f"models: {model} took part in no row"


def _who(share: Any) -> tuple[str, str, str]:
    return share.model, share.provider, share.terms


def _of(counted: Counter[tuple[str, str]], text: str) -> Counted:
    return {origin: count for (kind, origin), count in counted.items() if kind == text}


def _differ(what: str, said: Mapping[str, int], counted: Mapping[str, int]) -> Iterator[str]:
    one, other = ({name: count for name, count in each.items() if count} for each in (said, counted))
    if one != other:
        yield f"{what}: it says {_told(one)}, the rows {_told(other)}"


def _told(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{str(name)[:40]} {count}" for name, count in sorted(counted.items())[:8]) or "none"
