"""Finding a critic's quote in the text it was taken from."""

from __future__ import annotations

_SAME = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "–": "-", "—": "-", "‑": "-", "…": "...",
}  # fmt: skip
_MARKDOWN = frozenset("*_`#>")


def _folded(text: str) -> tuple[str, list[int]]:
    """The text with quotes, dashes, white space and markdown made plain, and where each character came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if letter in _MARKDOWN:
            continue
        if letter.isspace():
            if letters and letters[-1] != " ":
                letters.append(" ")
                places.append(place)
            continue
        for same in _SAME.get(letter, letter):
            letters.append(same)
            places.append(place)
    return "".join(letters), places


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where the quoted words stand in the text, as start and end; None if they are not there.

    A quote needs at least one letter or digit: a lone mark would be found anywhere.

    >>> locate('“so  sure”', "He is **so sure** of it")
    (8, 15)
    """
    if not any(letter.isalnum() for letter in quote):
        return None
    there = text.find(quote)
    if there >= 0:
        return there, there + len(quote)
    words, _ = _folded(quote)
    body, places = _folded(text)
    for wanted in (words.strip(), words.strip(" \"'.")):
        there = body.find(wanted) if wanted else -1
        if there >= 0:
            return places[there], places[there + len(wanted) - 1] + 1
    return None
