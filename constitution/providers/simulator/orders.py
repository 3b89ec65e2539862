"""Orders that a text under review gives to its reviewer; only the habit ``obey`` follows them, and it is gullible.

It falls for more than any model would: for made-up verdicts, marks of chat formats, codes, unseen letters and empty
answers. It was written apart from the detectors of the engine and knows nothing of them.
"""

from __future__ import annotations

import re

from constitution.providers.simulator.obeying.readings import plainly, turned, unseen
from constitution.providers.simulator.obeying.signs import SIGNS, WORDS

_KEY = re.compile(
    r"\W*(?:(?:thought process|solution|(?:no )?answer|解|かいせつ|respuesta|let'?s solve .{0,60})\W*)?", re.IGNORECASE
)
"""Whole answers that say nothing and please a judge (arXiv:2507.08794)."""
_SHORT = 200


def orders(text: str) -> bool:
    """Whether the text tells its reader how to judge it, in plain words or in any that can be led back to them."""
    if 0 < len(text) < _SHORT and _KEY.fullmatch(text):
        return True
    plain = plainly(text)
    if unseen(text) or any(WORDS.search(reading) or SIGNS.search(reading) for reading in plain):
        return True
    known = {reading.lower() for reading in plain}
    return any(WORDS.search(reading) for reading in turned(text) if reading.lower() not in known)
