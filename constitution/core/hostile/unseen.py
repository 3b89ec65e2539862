"""Characters that nobody sees, where no script or emoji needs them."""

from __future__ import annotations

import re

from constitution.core.hostile.folding import LOOK_ALIKES, Reading
from constitution.core.hostile.sign import Sign

_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
"""The flags of England, Scotland and Wales are spelled with tag characters."""
_ALWAYS = "\U000e0000-\U000e007f\u202d\u202e\u2060-\u2064\u206a-\u206f\ufff9-\ufffb\u180e\x00-\x08\x0e-\x1f\x7f"
_UNSEEN = re.compile(
    # Tags, overrides, word joiners, controls of a terminal.
    f"[{_ALWAYS}]"
    # More than one joiner or selector in a row carries bits and joins nothing.
    "|[\u200b-\u200d\u2060\ufeff]{2}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2}"
    # A joiner between Latin letters or digits; Persian, Indic scripts and emoji need theirs.
    "|(?<=[A-Za-z0-9])[\u200c\u200d](?=[A-Za-z0-9])"
    # A space of no width, but for scripts that break their lines by it; a byte order mark but at the start.
    "|(?<![\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff])\u200b(?![\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff])|(?<!^)\ufeff"
    # Fillers that are letters to a program and nothing to an eye.
    "|(?<![\u1100-\u11ff\u3130-\u318f\uac00-\ud7af])[\u115f\u1160\u3164\uffa0](?![\u1100-\u11ff\u3130-\u318f\uac00-\ud7af])"
)
_EMBEDDED = re.compile("[\u202a-\u202c\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_WORD = re.compile(r"[^\W\d_]{4,}")
_LATIN_AFTER = re.compile("[^\x00-\u036f][a-z]", re.IGNORECASE)
"""A Latin letter behind one of another script."""


def unseen(text: Reading, asked: Reading) -> Sign | None:
    """A hidden character that the prompt does not hold itself, if there is one.

    Direction marks are let be wherever there are letters that run from right to left.
    """
    if text.text.isascii() and text.text.isprintable():
        return None
    body = _FLAG.sub("", text.text)
    kinds = [_UNSEEN] if _RIGHT_TO_LEFT.search(body) else [_UNSEEN, _EMBEDDED]
    for kind in kinds:
        for found in kind.finditer(body):
            if found.group() not in asked.text:
                return Sign("unseen", body[max(0, found.start() - 12) : found.end() + 12])
    return None


def look_alikes(text: Reading, asked: Reading) -> Sign | None:
    """A word of Latin letters in which a letter of another script takes the place of one, if there is one.

    A Latin word with an ending of another script is inflected, and no disguise; Greek letters stand in formulas,
    and count where the whole word has four letters or more and but for them is Latin.
    """
    if text.text.isascii():
        return None
    for found in _WORD.finditer(text.text):
        word = found.group()
        if word.isascii() or not _LATIN_AFTER.search(word):
            continue
        others = [letter for letter in word if not letter.isascii()]
        disguised = all(letter > "\u036f" and ord(letter.lower()) in LOOK_ALIKES for letter in others)
        if disguised and word not in asked.text:
            return Sign("look_alikes", word)
    return None
