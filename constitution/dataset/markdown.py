"""Markdown for the card: tables, and foreign text made harmless."""

from __future__ import annotations

from collections.abc import Iterable


def table(names: Iterable[str], rows: Iterable[Iterable[object]], *, words: bool = False) -> str:
    """A Markdown table, after the first column with figures, or with ``words``; ``None.`` where there are no rows."""
    lines = [" | ".join(cell(value) for value in row) for row in rows]
    if not lines:
        return "None."
    head = [cell(name) for name in names]
    rule = " | ".join(["---", *["---" if words else "---:"] * (len(head) - 1)])
    return "\n".join(f"| {line} |" for line in (" | ".join(head), rule, *lines))


def cell(value: object) -> str:
    """Foreign text made harmless in Markdown: one line, no markup, no table bars.

    >>> cell("a|b\\n<i>")
    'a\\\\|b &lt;i&gt;'
    """
    text = one_line(str(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`|[]*" else c for c in text)


def one_line(text: str) -> str:
    """The text on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
