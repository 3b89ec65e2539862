"""llm-swarm's constitutions: pairs of what a critic is asked and what is asked of the reviser."""

from __future__ import annotations

from constitution.core.places import Node
from constitution.principles.imports.critiques import keep_others, text_at, without_labels
from constitution.principles.imports.given import Entry, Found, Given


def swarm(given: Given) -> Found | None:
    """``{"constitutions": [{"critic": text, "revision": text}], "system_chat": [...]}``; None for another shape.

    The example conversations of ``system_chat`` are listed as not mapped. Raises ``BadFile`` at an entry without
    one of its texts.
    """
    root = given.tree.root if given.tree else None
    rows = root.step("constitutions") if root else None
    if root is None or rows is None or not isinstance(root.value, dict) or not isinstance(rows.value, list):
        return None
    if not any(row.step("critic") or row.step("revision") for row in rows.value):
        return None
    found = Found()
    for number, row in enumerate(rows.value):
        path = f"constitutions[{number}]"
        fields = {
            "source": f"{given.short}#{number}",
            "critique_request": without_labels(text_at(given, path, row, "critic")),
            "revision_request": without_labels(text_at(given, path, row, "revision")),
        }
        entry = Entry(fields={**fields}, place=given.place(row.line, row.column))
        keep_others(given, found, entry, path, row, ("critic", "revision"))
        found.entries.append(entry)
    for key, node in root.value.items():
        if key == "system_chat":
            _leave_chats(given, found, node)
        elif key != "constitutions":
            found.keep(given, found.about, (key,), node, "no field has this meaning")
    return found


def _leave_chats(given: Given, found: Found, node: Node) -> None:
    count = len(node.value) if isinstance(node.value, list) else 1
    what = f"system_chat: {count} example conversation(s) are left out: a principle shows itself by its cases"
    found.leave(given.place(*(node.key or (node.line, node.column))), what)
