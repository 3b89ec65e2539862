"""Licences: what the SPDX name of one asks of those who use the text, and the one expression over several.

Nothing here is legal advice: it is what the names of well-known licences say, so that nothing is overlooked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from constitution.labels.rollup import joined
from constitution.labels.spec import UNKNOWN, Restriction

Asked = tuple[Restriction, ...] | None
"""What a licence asks; None where nothing is known of it."""

MOST = 200
"""Words and brackets of an expression; what is longer is read as a list of names."""
_TOKEN = re.compile(r"[()]|[A-Za-z0-9.+:-]+")
_NAME = re.compile(r"[A-Za-z0-9.-]+\+?|(DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")
_SPOKEN = re.compile(r"\bCC[\s_-]+(?=(?:BY|NC|ND|SA)\b)", re.IGNORECASE)
"""``CC BY-NC 4.0``, as people write it."""
_FREE = ("CC0-", "CC-PDDC", "0BSD", "UNLICENSE", "PDDL-", "MIT-0", "WTFPL")
_ATTRIBUTION = (
    "MIT-0",
    "MIT-MODERN-VARIANT",
    "BSD-",
    "APACHE-",
    "ODC-BY",
    "CDLA-PERMISSIVE-",
    "PSF-",
    "ECL-",
    "ARTISTIC-",
)
_ALONE = ("MIT", "ISC", "ZLIB", "ARTISTIC-2.0")
"""Names that are whole as they stand: what only begins so is another licence."""
_SHARE_ALIKE = (
    "GPL-", "LGPL-", "AGPL-", "ODBL", "CDLA-SHARING-", "GFDL-", "MPL-", "EPL-", "EUPL-", "OSL-", "CDDL-", "SSPL-",
    "CECILL-",
)  # fmt: skip
_MARKS: dict[str, Restriction] = {
    "NC": "non-commercial",
    "ND": "no-derivatives",
    "SA": "share-alike",
    "BY": "attribution",
}


def restrictions_of(license: str) -> list[Restriction]:
    """What this SPDX expression asks; nothing of names that are not known here.

    ``A AND B`` asks what both ask, ``A WITH E`` what A asks. Of ``A OR B``, one that asks no more than the other may
    be chosen freely and counts alone; where neither is the lighter one, or nothing is known of one, both count, for
    nobody has chosen yet. A licence without derivatives (``-ND``) asks ``no-derivatives``: whether a pair is a changed
    copy of its prompt is not decided here. Of a text that is no expression, all names in it count.

    >>> restrictions_of("CC-BY-NC-SA-4.0"), restrictions_of("MIT OR GPL-3.0-only")
    (['non-commercial', 'share-alike', 'attribution'], ['attribution'])
    """
    tokens = _TOKEN.findall(_SPOKEN.sub("CC-", license))
    try:
        found = _Reading(tokens).whole()
    except ValueError:
        found = _both(_of_one(token) for token in tokens)
    return list(found or ())


def together(licenses: Iterable[str]) -> str:
    """One SPDX expression over the licences of all parts: ``AND`` between them, sorted, each once.

    What nobody knows, or is no expression, stands in it as a ``LicenseRef-``; where it is the only one, as it was
    said. ``unknown`` where there is none.

    >>> together(["MIT OR Apache-2.0", "unknown", "CC0-1.0", "our own"])
    'CC0-1.0 AND LicenseRef-our-own AND LicenseRef-unknown AND (MIT OR Apache-2.0)'
    """
    names = sorted(set(licenses)) or [UNKNOWN]
    if len(names) == 1:
        return names[0]
    return " AND ".join(sorted({_operand(name) for name in names}, key=lambda said: said.strip("()")))


def _operand(license: str) -> str:
    """The licence as one side of an ``AND``."""
    said = " ".join(license.split())
    if is_expression(said) and said != UNKNOWN:
        return f"({said})" if " OR " in said else said
    return "LicenseRef-" + (re.sub(r"[^A-Za-z0-9.]+", "-", said).strip("-") or UNKNOWN)


def is_expression(license: str) -> bool:
    """Whether it is an SPDX licence expression in its form; whether its names are on the list is not looked up."""
    tokens = _TOKEN.findall(license)
    if "".join(tokens) != "".join(license.split()):
        return False
    try:
        _Reading(tokens).whole()
    except ValueError:
        return False
    return True


def all_known(license: str) -> bool:
    """Whether it is known here of every licence that is named what it asks."""
    words = [word for word in _TOKEN.findall(_SPOKEN.sub("CC-", license)) if word not in "()"]
    names = [
        word
        for before, word in zip(["", *words], words, strict=False)
        if word.upper() not in ("AND", "OR", "WITH") and before.upper() != "WITH"
    ]
    return bool(names) and all(_of_one(name) is not None for name in names)


class _Reading:
    """Reads an expression from left to right: SPDX 2.3, annex D; ``WITH`` binds first, then ``AND``, then ``OR``."""

    def __init__(self, tokens: list[str]) -> None:
        if len(tokens) > MOST:
            raise ValueError("it is too long")
        self._left = tokens[::-1]

    def whole(self) -> Asked:
        """What the expression asks; raises ``ValueError`` where it is none."""
        found = self._either()
        if self._left:
            raise ValueError("more follows")
        return found

    def _either(self) -> Asked:
        sides = [self._every()]
        while self._next("OR"):
            sides.append(self._every())
        return _lightest(sides)

    def _every(self) -> Asked:
        sides = [self._single()]
        while self._next("AND"):
            sides.append(self._single())
        return _both(sides)

    def _single(self) -> Asked:
        if self._next("("):
            found = self._either()
            if not self._next(")"):
                raise ValueError("a bracket stays open")
            return found
        found = _of_one(self._name())
        if self._next("WITH"):
            self._name()  # an exception only ever permits more
        return found

    def _name(self) -> str:
        token = self._left.pop() if self._left else ""
        if token.upper() in ("", "AND", "OR", "WITH") or not _NAME.fullmatch(token):
            raise ValueError("a name is missing")
        return token

    def _next(self, word: str) -> bool:
        """Whether this word comes next; then it is behind us."""
        there = bool(self._left) and self._left[-1].upper() == word
        if there:
            self._left.pop()
        return there


def _both(sides: Iterable[Asked]) -> Asked:
    """What all of them ask together; None where nothing is known of any."""
    known = [side for side in sides if side is not None]
    return tuple(joined(*known)) if known else None


def _lightest(sides: list[Asked]) -> Asked:
    """What is asked of those who may choose a side."""
    if any(side is None for side in sides):
        return _both(sides)
    asked = [set(side or ()) for side in sides]
    return _both(side for side, own in zip(sides, asked, strict=True) if not any(other < own for other in asked))


def _of_one(name: str) -> Asked:
    upper = name.upper()
    if upper.startswith(_FREE):
        return ()
    if upper.startswith("CC-"):
        return tuple(joined(_MARKS[mark] for mark in upper.split("-") if mark in _MARKS))
    if upper.startswith(_SHARE_ALIKE):
        return ("share-alike", "attribution")
    return ("attribution",) if upper in _ALONE or upper.startswith(_ATTRIBUTION) else None
