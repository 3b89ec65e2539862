"""Principles: the text in the statement is that of its hash and of the file, and has the principles that rows name."""

from __future__ import annotations

import hashlib
import re

from constitution.dataset.made_of import PrincipleFile
from constitution.errors import ConstitutionError
from constitution.verifying.finding import Found, level
from constitution.verifying.given import Given
from constitution.verifying.report import Level
from constitution.verifying.within import content_of


def principles(given: Given) -> Level:
    """Every principle file of the statement, byte for byte."""
    told = given.manifest.principles
    if not told:
        return level("principles", "absent", "the statement names no principle file")
    found = Found("principles")
    for each in told:
        _content(each, given, found)
        _ids(each, found)
    return found.closed(", ".join(f"{each.name} {each.version}" for each in told) + ", word for word")


def _content(each: PrincipleFile, given: Given, found: Found) -> None:
    content = each.content.encode()
    if hashlib.sha256(content).hexdigest() != each.sha256:
        found.add("hash", f"{each.name} {each.version}: its text in the statement is not that of its hash", "ALTERED")
    try:
        there = content_of(given.folder, each.file)
    except ConstitutionError as error:
        found.add("file", error.what, "ALTERED", file=each.file)
        return
    if there != content:
        more = len(there) - len(content)
        what = f"is not the text in the statement ({abs(more):,} bytes {'more' if more > 0 else 'less'})"
        found.add("file", what if more else "is not the text in the statement", "ALTERED", file=each.file)


def _ids(each: PrincipleFile, found: Found) -> None:
    """A principle may also stand in a file that this one builds on, so that this is only told."""
    for name in each.ids_used:
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", each.content):
            found.add("id", f"rows were decided under {name!r}, which its text does not name", file=each.file)
