"""The changelog of a constitution as text: one entry a release, the newest first, beside whatever people wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from constitution.principles.changes import Change
from constitution.principles.versions import because, floor

_HEADING = re.compile(r"^##[ \t]+\[?([0-9]+\.[0-9]+\.[0-9]+)\]?(?![0-9.])", re.MULTILINE)


def entry(
    version: str, date: str, approved_by: str, reason: str, told: Sequence[str], changes: Sequence[Change]
) -> str:
    """One release in words: who approved it and why, what else is ``told`` of it, and every change."""
    lines = [f"## {version} - {date}", "", f"Approved by {_plain(approved_by)}: {_plain(reason)}", ""]
    lines += [line for sentence in told for line in (_plain(sentence), "")]
    lines += [f"- {sentence(change)}" for change in changes]
    return "\n".join(lines).rstrip() + "\n"


def sentence(change: Change) -> str:
    """A change with what it is about, its level and why it has that."""
    return f"**{about(change)}**: {_plain(change.what)} ({floor(change)}: {because(change)})"


def about(change: Change) -> str:
    """The principle's id, or which group, or that it is the file."""
    return change.principle or (f"group {change.group}" if change.group else "the file")


def with_entry(text: str, name: str, added: str) -> str:
    """The changelog with this entry above those of other versions; all else in it stays as it is.

    One that holds the version already stays as it is altogether.
    """
    version = version_of(added)
    held = list(_HEADING.finditer(text))
    if any(found.group(1) == version for found in held):
        return text
    if not text.strip():
        return f"# Changelog of {name}\n\nWhat was released, the newest first.\n\n{added}"
    newline = "\r\n" if "\r\n" in text else "\n"
    made = added.replace("\n", newline)
    if held:
        at = held[0].start()
        return text[:at] + made + newline + text[at:]
    gap = "" if text.endswith(newline * 2) else newline if text.endswith(newline) else newline * 2
    return text + gap + made


def version_of(added: str) -> str:
    """The version of an entry; empty for a text that is none."""
    found = _HEADING.match(added)
    return found.group(1) if found else ""


def _plain(text: str) -> str:
    """On one line, and no markup of a web page."""
    return " ".join(text.split()).replace("<", "&lt;")
