"""Odds: names with rates, as ``429=0.05,drop=0.01``, and which of them a number falls on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from constitution.errors import Mistake


@dataclass(frozen=True)
class Odds:
    """Things of which at most one happens, each with how often it does."""

    rates: tuple[tuple[str, float], ...] = ()

    @classmethod
    def told(cls, text: str, known: Sequence[str], flag: str) -> Self:
        """The odds that a flag spells; raises ``Mistake`` for an unknown name or rates that cannot be.

        Kept in the order of ``known``, so that the order in which they were written changes nothing.
        """
        rates: dict[str, float] = {}
        for entry in filter(None, (part.strip() for part in text.split(","))):
            name, _, number = (part.strip() for part in entry.partition("="))
            if name not in known:
                raise Mistake(f"{flag} names {name!r}, which there is not", remedy=f"known: {', '.join(known)}")
            if name in rates:
                raise Mistake(f"{flag} names {name!r} twice", remedy="give each name one rate")
            rates[name] = _rate(number, entry, flag)
        if sum(rates.values()) > 1 + 1e-9:
            raise Mistake(f"the rates of {flag} add up to {sum(rates.values()):g}", remedy="they may add up to 1")
        return cls(tuple((name, rates[name]) for name in known if name in rates))

    def drawn(self, share: float) -> str | None:
        """The name on whose part of [0, 1) the number falls; None for the part that is nobody's."""
        for name, rate in self.rates:
            share -= rate
            if share < 0:
                return name
        return None


NOTHING = Odds()


def _rate(text: str, entry: str, flag: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise Mistake(f"{flag} says {entry!r}", remedy="write NAME=RATE, with a rate between 0 and 1")
    return rate
