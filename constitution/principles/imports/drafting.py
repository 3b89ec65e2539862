"""From what a shape found to the text of a draft: ids, groups of eight at most, and no reference that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pydantic import ValidationError

from constitution.core.digest import digest
from constitution.core.places import Plain
from constitution.errors import BadFile
from constitution.principles.imports import ids
from constitution.principles.imports.given import Entry, Found, Given, Unmapped, put_extra
from constitution.principles.model import Constitution, Principle
from constitution.principles.reading import read_constitution
from constitution.principles.writing import block, item

MOST = 8
"""Principles that a group holds."""
READ = (
    "write one sentence a line (.txt, .md), a list of sentences, sentences by name, or a list of entries with a `rule` "
    "(.json, .yaml), or a table with a column `rule` (.csv)"
)
ORDER = tuple(Principle.model_fields)
_ABOUT = tuple(Constitution.model_fields)


@dataclass(frozen=True, slots=True)
class Draft:
    """A constitution as it was imported."""

    text: str
    """Of the file ``draft.yaml``; reads back as ``constitution``."""
    constitution: Constitution
    shape: str
    """Which of ``SHAPES`` the file had."""
    unmapped: tuple[Unmapped, ...]


def drafted(found: Found, given: Given, *, name: str, shape: str) -> Draft:
    """The draft of what was found; raises ``BadFile`` where that is no principle at all."""
    entries = [entry for entry in found.entries if _says_something(entry, found)]
    if not entries:
        where = found.entries[0].place if found.entries else given.place(1)
        raise BadFile("holds nothing that could be a principle: no sentence", where=where, remedy=READ)
    _name(entries, found)
    about = {key: found.about[key] for key in _ABOUT if key in found.about and key != "name"}
    text = "".join(
        f"{line}\n" for line in (*_comment(given), *_lines({"name": name, **about}, _grouped(entries, found.group_ids)))
    )
    constitution = read_constitution(text, f"principles/{name}/draft.yaml")
    listed = sorted(found.unmapped, key=lambda each: tuple(map(int, each.place.rsplit(":", 2)[1:])))
    return Draft(text, constitution, shape, tuple(listed))


def _comment(given: Given) -> tuple[str, str]:
    name = given.short if given.short.isprintable() else "a file"
    return (
        f"# Imported from {name}.",
        "# Before a release each principle needs `why`, and cases under `violates` and `complies`.",
    )


def _lines(about: dict[str, Plain], groups: Sequence[dict[str, Plain]]) -> Iterator[str]:
    """The lines of the file, with air between groups and between principles."""
    yield from block(about, 0).body
    yield "groups:"
    for place, group in enumerate(groups):
        if place:
            yield ""
        yield from item({key: value for key, value in group.items() if key != "principles"}, 2)
        yield "    principles:"
        members = group["principles"]
        for number, principle in enumerate(members if isinstance(members, list) else ()):
            if number:
                yield ""
            yield from item(principle, 6)


def _says_something(entry: Entry, found: Found) -> bool:
    """Whether the entry is a principle; one that is not is listed, and kept in the extra of the whole file."""
    why = "" if _worded(_text(entry)) or not _text(entry) else "it holds no sentence"
    try:
        Principle.model_validate({**entry.fields, "id": "x", "conflicts_with": ()})
    except ValidationError as error:
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
    if why:
        named = f"{entry.name}: " if entry.name else ""
        found.leave(entry.place, f"{named}no principle could be made of this ({why}); kept under `extra: left_out`")
        put_extra(found.about, "left_out", {key: value for key, value in entry.fields.items() if value is not None})
        return False
    return True


def _worded(text: str) -> bool:
    """Whether the text is more than a number, a mark or a switch."""
    return any(each.isalpha() for each in text) and text.strip().casefold() not in ("true", "false", "null")


def _name(entries: Sequence[Entry], found: Found) -> None:
    """Each entry has its id, its fields are in our order, and what it conflicts with is in the file."""
    made = ids.from_texts([_text(entry) for entry in entries])
    wished = [
        ids.kept(entry.name) or ids.slug(str(entry.fields.get("title", ""))) or own
        for entry, own in zip(entries, made, strict=True)
    ]
    final = ids.once(wished)
    now = {entry.name: name for entry, name in reversed(list(zip(entries, final, strict=True))) if entry.name}
    for entry, name in zip(entries, final, strict=True):
        if entry.name and entry.name != name:
            found.leave(entry.place, f"the id {entry.name!r} is written {name!r}, as an id of ours must be, and once")
        _conflicts(entry, now, found)
        fields = {**entry.fields, "id": name}
        entry.fields = {key: fields[key] for key in ORDER if key in fields}


def _conflicts(entry: Entry, now: dict[str, str], found: Found) -> None:
    named = entry.fields.pop("conflicts_with", None)
    others = [str(other) for other in named] if isinstance(named, list) else []
    known = list(dict.fromkeys(now[other] for other in others if other in now))
    lost: list[Plain] = [other for other in others if other not in now]
    if known:
        entry.fields["conflicts_with"] = [*known]
    if lost:
        names = ", ".join(map(str, lost))
        found.leave(entry.place, f"conflicts_with: no principle of this file has the id {names}; kept under `extra`")
        put_extra(entry.fields, "conflicts_with", lost)


def _text(entry: Entry) -> str:
    """The principle's own words."""
    fields = (entry.fields.get(field) for field in ("rule", "critique_request", "preference_question"))
    return next((text for text in fields if isinstance(text, str)), "")


def _grouped(entries: Sequence[Entry], known: Mapping[str, str]) -> list[dict[str, Plain]]:
    """Groups by heading, in the order in which the headings come first; too large ones in parts of like size."""
    headed: dict[str, list[Entry]] = {}
    for entry in entries:
        headed.setdefault(entry.group, []).append(entry)
    named: list[tuple[str, str, list[Entry]]] = []
    plain = 0
    for heading, members in headed.items():
        parts = _parts(members)
        for number, part in enumerate(parts, 1):
            plain += not heading
            several = len(parts) > 1
            own = known.get(heading) or ids.slug(heading) or f"g-{digest(heading)[:12]}"
            name = (f"{own}-{number}" if several else own) if heading else f"g{plain}"
            title = f"{heading} ({number} of {len(parts)})" if heading and several else heading
            named.append((name, title, part))
    final = ids.once(name for name, _, _ in named)
    return [
        {
            "id": name,
            **({"title": title} if title and title != name else {}),
            "principles": [each.fields for each in part],
        }
        for name, (_, title, part) in zip(final, named, strict=True)
    ]


def _parts(members: list[Entry]) -> list[list[Entry]]:
    """Runs of nearly the same length, each of eight at most.

    >>> [len(part) for part in _parts([Entry(fields={}, place="")] * 20)]
    [7, 7, 6]
    """
    count = -(-len(members) // MOST)
    size, larger = divmod(len(members), count)
    starts = [number * size + min(number, larger) for number in range(count + 1)]
    return [members[start:end] for start, end in pairwise(starts)]
