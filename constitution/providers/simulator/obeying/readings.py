"""All that a text can be read as: folded to plain letters, spelled together, turned round, decoded."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

_MOST = 8_000
"""Characters that are read in other ways than plainly."""
_ALIKE = str.maketrans(
    "аеіјорсухһԁѕԛԝьвкмнтгАВЕІЈКМНОРСТУХοαενρτυικ−–—―─‐‑－",
    "aeijopcyxhdsqwbbkmhtrabeijkmhopctyxoaevptuik--------",
)
"""Letters of other scripts that look like Latin ones, and strokes that look like a hyphen."""
_LEET = str.maketrans("0134578@$", "oieastbas")
_TAGS = re.compile("[\U000e0020-\U000e007e]")
_UNSEEN = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0001-\U000e007f\U000e0100-\U000e01ef]"
)
"""Characters that nobody sees; those that hold emojis and some scripts together are left out."""
_SPELLED = re.compile(r"\b\w(?:([ .\-_*]{1,2})\w){3,}\b")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
_HEX = re.compile(r"(?:\b[0-9a-f]{2}[ :]?){8,}", re.IGNORECASE)


def unseen(text: str) -> bool:
    """Whether it holds characters that nobody sees."""
    return _UNSEEN.search(text) is not None


def plainly(text: str) -> tuple[str, ...]:
    """The text on one line, with plain letters, and what is written in code in it; none that differs in case only."""
    head = _ends(text)
    told = (_plain(text), _folded(head), _plain(unquote(html.unescape(head))), *map(_plain, _decoded(head)))
    return tuple({reading.lower(): reading for reading in reversed(told)}.values())


def turned(text: str) -> Iterator[str]:
    """The text with letters for digits, spelled together, read backwards and by rot13."""
    head = _ends(text)
    folded = _folded(head)
    yield folded.translate(_LEET)
    yield _SPELLED.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), folded)
    yield " ".join(re.sub(r"[ .\-_*]", "", run) for run in re.split(r"\s{2,}", head))
    yield folded[::-1]
    yield codecs.encode(folded, "rot13")


def _ends(text: str) -> str:
    return text if len(text) <= _MOST else text[: _MOST // 2] + text[-_MOST // 2 :]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.translate(_ALIKE))
    seen = "".join(each for each in letters if unicodedata.category(each) not in ("Mn", "Me", "Cf"))
    return _plain(seen.translate(_ALIKE).lower())


def _decoded(text: str) -> Iterator[str]:
    """What hides in codes and in the tag characters of Unicode."""
    yield "".join(chr(ord(each) - 0xE0000) for each in _TAGS.findall(text))
    for match in _BASE64.finditer(text):
        try:
            yield base64.b64decode(match[0] + "=" * (-len(match[0]) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    for match in _HEX.finditer(text):
        digits = re.sub(r"[ :]", "", match[0])
        yield bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "replace")
