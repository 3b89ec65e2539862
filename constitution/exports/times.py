"""Times: columns in which every text looks like a date, which readers of JSON Lines then take for dates.

The library ``datasets`` reads such a file with Arrow, which makes a column of timestamps of texts that are all in the
form of ISO 8601; a trainer is then given ``2024-01-02 00:00:00`` where ``2024-01-02`` was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TIME = re.compile(r"\d{4}-\d\d-\d\d([ T][\d:.,]+(Z|[+-][\d:]+)?)?Z?")


class Times:
    """Which columns have held nothing but dates so far."""

    def __init__(self) -> None:
        self._texts: set[tuple[str, str]] = set()
        self._dates: set[tuple[str, str]] = set()

    def add(self, file: str, told: Mapping[str, Any]) -> None:
        """One more line of this file."""
        for column, value in told.items():
            if (place := (file, column)) in self._texts:
                continue
            for text in _said(value):
                (self._dates if _TIME.fullmatch(text) else self._texts).add(place)

    def alone(self) -> list[tuple[str, str]]:
        """File and column of each in which there is nothing else."""
        return sorted(self._dates - self._texts)


def _said(value: Any) -> Iterator[str]:
    """The texts of a column's value: a text, a message or a list of messages."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for name in ("content", "value") if isinstance(text := value.get(name), str))
    elif isinstance(value, list):
        for each in value:
            yield from _said(each)
