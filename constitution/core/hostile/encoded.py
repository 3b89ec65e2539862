"""Orders to a reviewer in code: base64, hexadecimal, shifted, spelled backwards or letter by letter."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator

from constitution.core.hostile.folding import Reading
from constitution.core.hostile.orders import orders
from constitution.core.hostile.sign import Sign
from constitution.core.hostile.verdicts import verdicts

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){12,}")
_SPELLED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*|]){2,}[^\W\d_](?![^\W_])")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_ESCAPES = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_MOST = 4000
_WHOLE = 100_000
"""Characters of a text that are read in other ways, half at its beginning and half at its end."""


def encoded(text: Reading, asked: Reading) -> Sign | None:
    """The code that holds words to a reviewer, if there is one; what the prompt itself holds is none."""
    for code, said in _decoded(text.text):
        if code in asked.text:
            continue
        read = Reading(said)
        if orders(read, asked) or (code != text.text and verdicts(read, asked)):
            return Sign("encoded", f"{code[:40]} ({said.strip()[:70]})")
    return None


def _decoded(text: str) -> Iterator[tuple[str, str]]:
    """Each piece of code, and what it says."""
    for found in _BASE64.finditer(text):
        said = _of_base64(found.group())
        if said:
            yield found.group(), said
    for found in _HEX.finditer(text):
        yield found.group(), _readable(bytes.fromhex(re.sub("[^0-9a-fA-F]", "", found.group())))
    for whole in _whole(text):
        yield text, whole


def _whole(text: str) -> Iterator[str]:
    """The whole text, read in other ways, where those may say something else."""
    if len(text) > _WHOLE:
        text = text[: _WHOLE // 2] + text[-_WHOLE // 2 :]
    yield codecs.encode(text, "rot13")
    yield text[::-1]
    if _SPELLED.search(text):
        yield _SPELLED.sub(lambda found: re.sub(r"[ .\-_*|]", "", found.group()), text)
    if "&" in text and ";" in text:
        yield html.unescape(text)
    if "%" in text:
        yield _PERCENT.sub(lambda found: _readable(bytes.fromhex(found.group().replace("%", ""))), text)
    if "\\" in text:
        yield _ESCAPES.sub(lambda found: chr(int(found.group(1) or found.group(2), 16)), text)


def _of_base64(code: str) -> str:
    plain = code.rstrip("=").replace("-", "+").replace("_", "/")[:_MOST]
    try:
        return _readable(base64.b64decode(plain[: len(plain) - (len(plain) % 4 == 1)] + "=" * (-len(plain) % 4)))
    except (binascii.Error, ValueError):
        return ""


def _readable(said: bytes) -> str:
    """The bytes as text, where they are one."""
    try:
        text = said.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if sum(each.isprintable() or each.isspace() for each in text) > len(text) * 0.9 else ""
