"""Reading a text as an eye reads it: letter case, accents, look-alike letters and unseen characters folded away."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

_LOOK_ALIKES = {
    # Letters of other scripts, and small capitals, that a reader takes for a Latin one.
    "a": "аɑαᴀ", "b": "ьвƅʙβ", "c": "сϲᴄⲥ", "d": "ԁɗᴅժ", "e": "еҽєᴇεҿ", "f": "ƒꜰϝ", "g": "ɡցɢ", "h": "һհʜнη",
    "i": "іıɩɪιї", "j": "јϳᴊյ", "k": "кκᴋ", "l": "ӏǀʟɭ", "m": "мᴍʍ", "n": "пոηɴ", "o": "оοօᴏσ०০๐", "p": "рρᴘþ",
    "q": "ԛգզ", "r": "гᴦʀг", "s": "ѕꜱʂ", "t": "тτᴛ", "u": "υսᴜц", "v": "ѵνᴠ", "w": "ԝωшᴡ", "x": "хχ×", "y": "уүγʏ",
    "z": "ᴢʐζ",
}  # fmt: skip
LOOK_ALIKES = {ord(each): latin for latin, others in _LOOK_ALIKES.items() for each in others}
"""Code point to the Latin letter that it is taken for (after folding; in the spirit of Unicode TR 39)."""

_MARKS = {
    "-": "‐‑‒–—―−─━═﹘ー⸺⸻➖_‗", "|": "∣│❘¦ǀ┃❙", "<": "‹〈⟨❬❮«≺", ">": "›〉⟩❭❯»≻", ":": "ː꞉∶։׃", "#": "♯⌗",
    "'": "‘’‛`´", '"': "“”„‟", "[": "【〔⟦「", "]": "】〕⟧」", "{": "❴", "}": "❵", "/": "⁄∕",
}  # fmt: skip
_LETTERS = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d"}
_PLAIN = {**{each: plain for plain, others in _MARKS.items() for each in others}, **_LETTERS}
_MOST = 4
"""Characters that one may fold to: some ligatures stand for a whole phrase, and a million of them for a long time."""


def _folded(character: str) -> str:
    """What one character is read as; nothing for accents and for what is not seen."""
    if character in _PLAIN:
        return _PLAIN[character]
    if character.isspace():
        return "\n" if character in "\n\r\u2028\u2029\x85" else " "
    found = []
    for each in unicodedata.normalize("NFKD", character.lower()):
        kind = unicodedata.category(each)
        if kind not in ("Mn", "Cf", "Cc", "Me"):
            found.append(_PLAIN.get(each, each))
    return "".join(found).lower() if len(found) <= _MOST else " "


class _Folds(dict[int, str]):
    """Each character folded once a text."""

    def __missing__(self, point: int) -> str:
        self[point] = _folded(chr(point))
        return self[point]


class Reading:
    """A text, and how it reads; places in the folded text can be led back to the text."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> str:
        """Lower case, without accents and unseen characters, wide and fancy letters made plain."""
        if self.text.isascii() and self.text.isprintable():
            return self.text.lower().translate({ord("_"): "-", ord("`"): "'"})
        return self.text.translate(_Folds())

    @cached_property
    def latin(self) -> str:
        """The folded text with each look-alike letter taken for the Latin one: as long, place for place."""
        return self.folded if self.folded.isascii() else self.folded.translate(LOOK_ALIKES)

    def quote(self, start: int, end: int) -> str:
        """The words of the text that stand behind this part of the folded one."""
        folds = _Folds()
        ends = list(accumulate(len(folds[ord(each)]) for each in self.text))
        return self.text[bisect_right(ends, start) : bisect_right(ends, max(start, end - 1)) + 1]
