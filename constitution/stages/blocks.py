"""Blocks of code in an answer, found as CommonMark's fences (spec 0.31, section 4.5) show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Block = Literal["python", "json", "any", "none"]
"""What is taken out of an answer: the blocks of one language, those of any, or nothing, which leaves it whole."""

NAMES = {"python": ("python", "python3", "py"), "json": ("json",)}
"""How the blocks of a language are marked."""
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_OPENING = re.compile(r" {0,3}(?:(`{3,})([^`\r\n]*)|(~{3,})([^\r\n]*))[\r\n]*")


def taken(text: str, block: Block) -> str | None:
    """The blocks of this language, joined, so that none of them goes unseen; None where there is none.

    An answer without any fence stands for itself.

    >>> taken("So:\\n```json\\n[1]\\n```\\nDone.", "json")
    '[1]\\n'
    >>> taken("[1]", "json"), taken("```sh\\nls\\n```", "json")
    ('[1]', None)
    """
    found = list(fenced(text))
    if block == "none" or not found:
        return text
    names = NAMES.get(block)
    wanted = [code for name, code in found if names is None or name in names]
    return "\n".join(wanted) if wanted else None


def fenced(text: str) -> Iterator[tuple[str, str]]:
    """The language and the text of each block, in order; one that is never closed ends with the answer."""
    opened, name, held = "", "", list[str]()
    for line in _LINES.findall(text):
        if opened:
            if _closes(line, opened):
                yield name, "".join(held)
                opened, held = "", []
            else:
                held.append(line)
        elif (start := _OPENING.fullmatch(line)) is not None:
            opened, info = (start[1], start[2]) if start[1] else (start[3], start[4])
            name = next(iter(info.lower().split()), "")
    if opened:
        yield name, "".join(held)


def _closes(line: str, opened: str) -> bool:
    """Whether the line is a fence of the same sort, as long at least, and nothing else."""
    bare = line.rstrip()
    indented = len(bare) - len(bare.lstrip(" "))
    mark = bare.lstrip(" ")
    return indented <= 3 and len(mark) >= len(opened) and set(mark) == {opened[0]}
