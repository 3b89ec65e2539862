"""Round-trip edits: a program changes one thing of a principle file, and all else stays byte for byte.

The change is made in the text itself, at the place where the value stands: comments, order, quoting and layout of
every other line are not read and written anew, so nothing can happen to them. What comes out is read again, and is
handed back only where it says exactly what it should; otherwise ``BadFile`` is raised and nothing is changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from constitution.core.places import Document, Path, Plain, spelled
from constitution.core.records import Record
from constitution.core.strict_yaml import fit, parse
from constitution.errors import BadFile, NotFound
from constitution.principles.model import Case, Constitution, Group, Principle
from constitution.principles.splicing import added, inserted, removed, replaced

Verdict = Literal["violates", "complies", "not_applicable"]
"""The lists of cases."""


def set_field(text: str, name: str, principle_id: str, field: str, value: Plain) -> str:
    """The text in which this field of the principle has this value; ``None`` takes the field out.

    ``name`` stands for the file in messages. Raises ``NotFound`` for a principle or field that there is not, and
    ``BadFile`` where the text, or what would come of it, is no principle file.
    """
    if field not in Principle.model_fields:
        raise NotFound(f"a principle has no field {field!r}", remedy=f"fields: {', '.join(Principle.model_fields)}")
    return set_at(text, name, (*path_of(text, name, principle_id), field), value)


def set_at(text: str, name: str, path: Path, value: Plain) -> str:
    """The text in which the value at this path is another, as ``("groups", 0, "title")``; ``None`` takes it out.

    Of lists and of fields inside fields only those parts are touched that differ. Raises as ``set_field`` does.
    """
    document, value = _read(text, name), _said(value)
    wanted = _with(document, path, value)
    made = text if wanted == document.value else _changed(text, document, path, value)
    return _held(made, name, wanted, path)


def add_item(text: str, name: str, principle_id: str, field: str, value: Plain) -> str:
    """The text in which the list ``field`` of the principle has one more item, its last; raises as ``set_field``."""
    at = path_of(text, name, principle_id)
    old = _plain_at(_read(text, name), (*at, field))
    if old is not None and not isinstance(old, list):
        raise NotFound(f"{field} of {principle_id} is no list", remedy="use set_field")
    return set_field(text, name, principle_id, field, [*(old or []), value])


def remove_item(text: str, name: str, principle_id: str, field: str, position: int) -> str:
    """The text in which the list ``field`` lacks this item; with the last one the field goes. Raises ``NotFound``."""
    path = (*path_of(text, name, principle_id), field)
    old = _plain_at(_read(text, name), path)
    if not isinstance(old, list) or not 0 <= position < len(old):
        raise NotFound(f"{field} of {principle_id} has no item {position}", remedy="positions count from 0")
    return set_at(text, name, path, [*old[:position], *old[position + 1 :]] or None)


def add_case(text: str, name: str, principle_id: str, verdict: Verdict, case: Case | Mapping[str, Plain]) -> str:
    """The text in which the principle has one more case of this kind, its last; raises as ``set_field`` does."""
    if verdict not in get_args(Verdict):
        raise NotFound(f"there is no kind of case {verdict!r}", remedy=f"kinds: {', '.join(get_args(Verdict))}")
    return add_item(text, name, principle_id, verdict, _case(case))


def remove_case(text: str, name: str, principle_id: str, verdict: Verdict, position: int) -> str:
    """The text in which the principle lacks this case; raises as ``remove_item`` does."""
    return remove_item(text, name, principle_id, verdict, position)


def path_of(text: str, name: str, principle_id: str) -> Path:
    """Where the principle stands in the file; raises ``NotFound`` and ``BadFile``."""
    constitution = fit(_read(text, name), Constitution)
    for g, group in enumerate(constitution.groups):
        for p, principle in enumerate(group.principles):
            if principle.id == principle_id:
                return ("groups", g, "principles", p)
    known = ", ".join(principle.id for principle in constitution.principles)
    raise NotFound(f"{name} has no principle {principle_id!r}", remedy=f"it has {known}")


def _case(case: Case | Mapping[str, Plain]) -> Plain:
    if not isinstance(case, Case):
        return dict(case)
    said = case.model_dump(mode="json", exclude_defaults=True)
    if not isinstance(case.prompt, str):
        said["prompt"] = [{"role": each.role, "content": each.content} for each in case.prompt]
    return said


def _said(value: Any) -> Plain:
    """The value as a file says it: numbers and truths are texts there, which the schema gives their type again."""
    if isinstance(value, Mapping):
        return {str(key): _said(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_said(each) for each in value]
    return json.dumps(value) if isinstance(value, (bool, int, float)) else value


def _read(text: str, name: str) -> Document:
    document = parse(text, name)
    fit(document, Constitution)
    return document


def _plain_at(document: Document, path: Path) -> Plain:
    node, taken = document.nearest(path)
    return node.plain if taken == path else None


def _with(document: Document, path: Path, value: Plain) -> Plain:
    """What the file shall say; raises ``NotFound`` for a path that leads nowhere."""
    node, taken = document.nearest(path[:-1])
    last, inside = path[-1] if path else None, node.value
    here = (
        isinstance(last, str) if isinstance(inside, dict) else isinstance(inside, list) and last in range(len(inside))
    )
    if not path or taken != path[:-1] or not here:
        raise NotFound(f"{document.name} has nothing at {spelled(path) or 'its top'}", remedy="check the path")
    return _put(document.value, path, value)


def _put(old: Plain, path: Path, value: Plain) -> Plain:
    """The same with this value at the end of the path, or without it."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(old, list) and isinstance(first, int):
        items = [_put(old[first], rest, value)] if rest or value is not None else []
        return [*old[:first], *items, *old[first + 1 :]]
    if isinstance(old, dict) and isinstance(first, str):
        changed = {**old, first: _put(old.get(first), rest, value)}
        return changed if rest or value is not None else {key: said for key, said in old.items() if key != first}
    return old


def _changed(text: str, document: Document, path: Path, value: Plain) -> str:
    """The text with the change made in it."""
    old = _plain_at(document, path)
    there = document.nearest(path)[1] == path
    if value is None:
        siblings = document.nearest(path[:-1])[0].value
        if isinstance(siblings, (dict, list)) and len(siblings) == 1:
            return replaced(text, path[:-1], {} if isinstance(siblings, dict) else [])
        return removed(text, path)
    if not there:
        return inserted(text, path[:-1], str(path[-1]), value, _order(path[:-1]))
    return _turned(text, path, old, value)


def _turned(text: str, path: Path, old: Plain, new: Plain) -> str:
    """The value is the new one; of lists and fields only those parts are touched that differ."""
    if old == new:
        return text
    if isinstance(old, list) and isinstance(new, list) and old and new:
        return _relisted(text, path, old, new)
    if isinstance(old, dict) and isinstance(new, dict) and set(old) & set(new):
        for key in [key for key in old if key not in new]:
            text = removed(text, (*path, key))
        for key, value in new.items():
            if key in old:
                text = _turned(text, (*path, key), old[key], value)
            else:
                text = inserted(text, path, key, value, _order(path))
        return text
    return replaced(text, path, new)


def _relisted(text: str, path: Path, old: list[Plain], new: list[Plain]) -> str:
    """The items that both lists begin and end with stay; there is always one after which a new one can stand."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    alike = next((at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start)
    alike -= start == 0 and alike == len(old)
    gone, come = old[start : len(old) - alike], new[start : len(new) - alike]
    for at in range(min(len(gone), len(come))):
        text = _turned(text, (*path, start + at), gone[at], come[at])
    for at in reversed(range(len(come), len(gone))):
        text = removed(text, (*path, start + at))
    for at in range(len(gone), len(come)):
        text = added(text, path, start + at, come[at])
    return text


def _order(path: Path) -> Sequence[str]:
    """The fields of what stands at this path, as a new one is put among them."""
    models: dict[int, type[Record]] = {0: Constitution, 2: Group, 4: Principle, 6: Case}
    at = models.get(len(path))
    return tuple(at.model_fields) if at else ()


def _held(made: str, name: str, wanted: Plain, path: Path) -> str:
    """The text, if it is a principle file that says what was wanted; raises ``BadFile``."""
    document = parse(made, name)
    fit(document, Constitution)
    if document.value != wanted:
        raise BadFile(
            f"{spelled(path)} cannot be changed without touching what stands beside it",
            where=document.place(path),
            remedy="make this change by hand",
        )
    return made
