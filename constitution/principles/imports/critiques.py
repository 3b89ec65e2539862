"""The published instructions for critique and revision: a key each, with what the critic and the reviser are told."""

from __future__ import annotations

import re

from constitution.core.places import Node
from constitution.principles.imports.given import Entry, Found, Given

_LABELS = re.compile(r"\A\s*(?:Critique|Revision)Request:\s*|\s*(?:Critique|Revision):\s*\Z")
"""The words around an instruction that its authors' template needed and ours does not."""


def critiques(given: Given) -> Found | None:
    """A mapping of keys to ``{"prompt": [text], "edit_request": text}`` (arXiv:2212.08073); None for another shape.

    The key is kept as ``source``. Raises ``BadFile`` at an entry that is not as the others.
    """
    root = given.tree.root if given.tree else None
    if root is None or not isinstance(root.value, dict):
        return None
    if not any(each.step("prompt") and each.step("edit_request") for each in root.value.values()):
        return None
    found = Found()
    for key, node in root.value.items():
        fields = {
            "source": f"{given.short}#{key}",
            "critique_request": without_labels(_first(given, key, node)),
            "revision_request": without_labels(text_at(given, key, node, "edit_request")),
        }
        entry = Entry(fields={**fields}, place=given.place(*(node.key or (node.line, node.column))), name="")
        prompts = node.step("prompt")
        if prompts and isinstance(prompts.value, list):
            for place, more in enumerate(prompts.value[1:], 1):
                found.keep(
                    given, entry.fields, (key, f"prompt-{place + 1}"), more, "only the first prompt is the request"
                )
        keep_others(given, found, entry, key, node, ("prompt", "edit_request"))
        found.entries.append(entry)
    return found


def without_labels(text: str) -> str:
    r"""The instruction alone.

    >>> without_labels("\n\nCritiqueRequest: Point out what is rude.\n\nCritique:")
    'Point out what is rude.'
    """
    return _LABELS.sub("", text).strip()


def text_at(given: Given, path: str, node: Node, key: str) -> str:
    """The text under this key; raises ``BadFile`` where there is none."""
    value = node.step(key)
    if value is None or not isinstance(value.value, str) or not value.value.strip():
        at = value or node
        raise given.bad(at, f"{path}: `{key}` must be a text", f"write the text of `{key}`, or remove the entry")
    return value.value


def keep_others(given: Given, found: Found, entry: Entry, path: str, node: Node, known: tuple[str, ...]) -> None:
    """Every other field of the entry is kept under its ``extra``, and listed."""
    for name, other in node.value.items() if isinstance(node.value, dict) else ():
        if name not in known:
            found.keep(given, entry.fields, (path, name), other, "no field has this meaning")


def _first(given: Given, key: str, node: Node) -> str:
    prompt = node.step("prompt")
    if prompt is not None and isinstance(prompt.value, str):
        return text_at(given, key, node, "prompt")
    first = prompt.step(0) if prompt else None
    if first is None or not isinstance(first.value, str) or not first.value.strip():
        raise given.bad(prompt or node, f"{key}: `prompt` must be a list that begins with a text",
                        "write the text of the critique request, or remove the entry")  # fmt: skip
    return first.value
