"""The published comparisons: a list of questions about which of two answers is better, and of plain sentences."""

from __future__ import annotations

import re

from constitution.principles.imports.given import Entry, Found, Given

_OPTIONS = re.compile(r"\s*Options:\s*\Z")


def questions(given: Given) -> Found | None:
    """A list of texts; None for another shape.

    A text that ends with "Options:" is a ``preference_question`` (arXiv:2212.08073), any other a ``rule``. Raises
    ``BadFile`` at an empty text.
    """
    root = given.tree.root if given.tree else None
    if root is None or not isinstance(root.value, list) or not root.value:
        return None
    if not all(isinstance(node.value, str) for node in root.value):
        return None
    found = Found()
    for number, node in enumerate(root.value, 1):
        text = str(node.value)
        field = "preference_question" if _OPTIONS.search(text) else "rule"
        said = _OPTIONS.sub("", text).strip()
        if not said:
            raise given.bad(node, f"entry {number} is empty", "write its sentence, or remove it")
        place = given.place(node.line, node.column)
        found.entries.append(Entry(fields={"source": f"{given.short}#{number}", field: said}, place=place))
    return found
