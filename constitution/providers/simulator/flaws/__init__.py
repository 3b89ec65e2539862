"""The table of known flaws; a new kind of flaw is one entry in one of its files."""

from __future__ import annotations

import re
from functools import lru_cache

from constitution.providers.simulator.flaws.candour import CANDOUR
from constitution.providers.simulator.flaws.care import CARE
from constitution.providers.simulator.flaws.flaw import Flaw, Found
from constitution.providers.simulator.flaws.harm import HARM
from constitution.providers.simulator.flaws.honesty import HONESTY
from constitution.providers.simulator.flaws.people import PEOPLE
from constitution.providers.simulator.flaws.style import STYLE
from constitution.providers.simulator.flaws.turning_away import TURNING_AWAY
from constitution.providers.simulator.flaws.wording import spelled_out
from constitution.providers.simulator.tasks import Norm

FLAWS: tuple[Flaw, ...] = (*HARM, *PEOPLE, *CARE, *HONESTY, *CANDOUR, *STYLE, *TURNING_AWAY)

HURTING: tuple[Flaw, ...] = (*HARM, *PEOPLE, *CARE)
_ANY_HARM = re.compile(r"(?<!self-)\b(?:harm(?:ful|s|ing)?|unethical|immoral|malicious|evil|unsafe)\b", re.IGNORECASE)
"""A principle that says no more than this is about every way to hurt."""

__all__ = ["FLAWS", "Flaw", "Found", "flaws_for"]


@lru_cache(maxsize=256)
def flaws_for(norm: Norm) -> tuple[Flaw, ...]:
    """The kinds of flaw that a principle is about: by its rule, or by its reasons where the rule gives no cue."""
    named = spelled_out(norm)
    return (*named, *_cued(norm.cues)) or _cued(norm.why)


def _cued(text: str) -> tuple[Flaw, ...]:
    found = [flaw for flaw in FLAWS if flaw.cue.search(text) and not (flaw.nor and flaw.nor.search(text))]
    return tuple(dict.fromkeys((*found, *HURTING))) if _ANY_HARM.search(text) else tuple(found)
