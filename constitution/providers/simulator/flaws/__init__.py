"""The table of known flaws; a new kind of flaw is one entry in one of its files."""

from __future__ import annotations

from functools import lru_cache

from constitution.providers.simulator.flaws.care import CARE
from constitution.providers.simulator.flaws.flaw import Flaw, Found
from constitution.providers.simulator.flaws.harm import HARM
from constitution.providers.simulator.flaws.honesty import HONESTY
from constitution.providers.simulator.flaws.people import PEOPLE
from constitution.providers.simulator.flaws.style import STYLE
from constitution.providers.simulator.flaws.turning_away import TURNING_AWAY
from constitution.providers.simulator.flaws.wording import spelled_out
from constitution.providers.simulator.reading import Norm

FLAWS: tuple[Flaw, ...] = (*HARM, *PEOPLE, *CARE, *HONESTY, *STYLE, *TURNING_AWAY)

__all__ = ["FLAWS", "Flaw", "Found", "flaws_for"]


@lru_cache(maxsize=256)
def flaws_for(norm: Norm) -> tuple[Flaw, ...]:
    """The kinds of flaw that a principle is about: by its rule, or by its reasons where the rule gives no cue."""
    named = spelled_out(norm)
    return (*named, *_cued(norm.cues)) or _cued(norm.why)


def _cued(text: str) -> tuple[Flaw, ...]:
    return tuple(flaw for flaw in FLAWS if flaw.cue.search(text))
