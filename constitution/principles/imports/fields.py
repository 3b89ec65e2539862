"""Somebody's own JSON or YAML: fields whose meaning is clear become ours, all others are kept under ``extra``."""

from __future__ import annotations

from constitution.core.places import Document, Node, Path, Plain, spelled
from constitution.core.strict_yaml import MAX_DEPTH
from constitution.principles.imports.cases import VERDICTS, cases_of, fits
from constitution.principles.imports.converting import CONVERTERS, as_it_is
from constitution.principles.imports.given import Entry, Found, Given, put_extra
from constitution.principles.imports.ids import kept
from constitution.principles.imports.vocabulary import ABOUT, ENTRY, EXAMPLES, HEADING, LISTS, MEMBERS, key_among, plain
from constitution.principles.model import Constitution, Principle

_DEEPEST = MAX_DEPTH - 10
"""Levels that a value kept under ``extra`` may have: it stands some levels deeper in ours."""


def fields(given: Given) -> Found | None:
    """A list of entries, a mapping with such a list or with groups of them, or texts by name; None without a tree."""
    return None if given.tree is None else entries_of(given, given.tree)


def entries_of(given: Given, document: Document) -> Found:
    """What the tree holds; raises ``BadFile`` at a value that is nested too deep to be kept."""
    _shallow(given, document.root)
    reader = _Reader(given)
    root = document.root
    if isinstance(root.value, dict):
        lists = [name for name, each in root.value.items() if plain(name) in LISTS and not isinstance(each.value, str)]
        if lists:
            reader.about({name: node for name, node in root.value.items() if name not in lists})
            for name in lists:
                reader.members(root.value[name], (name,), "")
        else:
            reader.members(root, (), "")
    elif isinstance(root.value, list):
        reader.members(root, (), "")
    else:
        raise given.bad(root, "must be a list of principles, or fields", "write a list of entries with a `rule`")
    return reader.found


class _Reader:
    """Walks the tree and gathers what it finds."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.found = Found()

    def about(self, said: dict[str, Node]) -> None:
        """The fields of the whole file."""
        taken: dict[str, Plain] = self.found.about
        for name, node in said.items():
            ours = next((our for our, names in ABOUT.items() if plain(name) in names and our not in taken), None)
            if plain(name) == "name" and "title" in said:
                continue  # the draft has the name that it is imported under
            if plain(name) == "extra" and isinstance(node.value, dict):
                self._merge(taken, node)
            elif ours and fits(Constitution, _SMALLEST, ours, node.plain):
                taken[ours] = node.plain
            elif node.value is not None:
                why = "a draft has none until it is released" if plain(name) == "version" else _NO_FIELD
                self.found.keep(self.given, taken, (name,), node, why)

    def members(self, node: Node, path: Path, heading: str) -> None:
        """A list of sentences, entries and groups; or a mapping of names to any of these."""
        if isinstance(node.value, list):
            for place, each in enumerate(node.value):
                self._member(each, (*path, place), heading, "")
        elif isinstance(node.value, dict):
            for name, each in node.value.items():
                if isinstance(each.value, list):
                    self.members(each, (*path, name), name)
                else:
                    self._member(each, (*path, name), heading, name)
        elif node.value is not None:
            self._member(node, path, heading, "")

    def _member(self, node: Node, path: Path, heading: str, name: str) -> None:
        place = self.given.place(*(node.key or (node.line, node.column)))
        if isinstance(node.value, str) and node.value.strip():
            spoken = " " in name  # then it is a title, and no id
            said: dict[str, Plain] = {"title": name, "rule": node.value} if spoken else {"rule": node.value}
            entry = Entry(fields=said, place=place, name="" if spoken else name, group=heading)
            self.found.entries.append(entry)
        elif isinstance(node.value, dict) and (inside := key_among(node.value, MEMBERS)) and not _says(node.value):
            self._group(node.value, path, name, inside)
        elif isinstance(node.value, dict) and (short := _short_form(node.value)):
            title, rule = short
            self.found.entries.append(Entry(fields={"title": title, "rule": rule}, place=place, group=heading))
        elif isinstance(node.value, dict):
            self.found.entries.append(self._entry(node.value, path, heading, name, place))
        else:
            put_extra(self.found.about, "left_out", node.plain)
            self.found.leave(place, f"{spelled(path)}: is no principle; kept under `extra: left_out`")

    def _group(self, said: dict[str, Node], path: Path, name: str, inside: str) -> None:
        heading = next((node.value for key in ("title", "name", "heading", "id") for their, node in said.items()
                        if plain(their) == key and isinstance(node.value, str)), name)  # fmt: skip
        if (key := key_among(said, ("id",))) and isinstance(own := said[key].value, str) and kept(own):
            self.found.group_ids[heading] = kept(own)
        others: dict[str, Plain] = {}
        for key, node in said.items():
            if key != inside and plain(key) not in ("title", "name", "heading", "id") and node.value is not None:
                self.found.keep(self.given, others, (*path, key), node, "a group has no such field")
        if others:
            put_extra(self.found.about, f"group {heading}", others["extra"])
        self.members(said[inside], (*path, inside), heading)

    def _entry(self, said: dict[str, Node], path: Path, heading: str, name: str, place: str) -> Entry:
        entry = Entry(fields={}, place=place, name=name, group=heading)
        left = {key: node for key, node in said.items() if node.value is not None}
        if (key := key_among(left, HEADING)) and not heading and isinstance(text := left[key].value, str):
            entry.group = text
            del left[key]
        if (key := key_among(left, ("extra",))) and isinstance(left[key].value, dict):
            self._merge(entry.fields, left.pop(key))
        for ours, names in ENTRY.items():
            for key in [key for wanted in names for key in left if plain(key) == wanted]:
                if self._took(entry, ours, left[key], (*path, key)):
                    del left[key]
                    break
        for key in [key for key in left if plain(key) in (*EXAMPLES, *VERDICTS.values())]:
            self._cases(entry, left.pop(key), (*path, key))
        for key, node in left.items():
            self.found.keep(self.given, entry.fields, (*path, key), node, _NO_FIELD)
        if not _says_enough(entry.fields) and len(str(entry.fields.get("title", "")).split()) > 2:
            entry.fields["rule"] = entry.fields.pop("title")
        return entry

    def _took(self, entry: Entry, ours: str, node: Node, path: Path) -> bool:
        """Whether the value is now in our field; what is left of it is kept."""
        value, rest = CONVERTERS.get(ours, as_it_is)(node.plain)
        if ours == "id" and isinstance(value, str) and value.strip():
            entry.name = value
            return True
        if value is None or not fits(Principle, {"id": "x", "rule": "x"}, ours, value):
            return False
        entry.fields[ours] = value
        if rest is not None:
            self._keep_rest(entry, node, path, rest)
        return True

    def _cases(self, entry: Entry, node: Node, path: Path) -> None:
        under = plain(str(path[-1]))
        taken, rest = cases_of(node.plain, under if under in VERDICTS.values() else "")
        for verdict, cases in taken.items():
            before = entry.fields.get(verdict)
            entry.fields[verdict] = [*(before if isinstance(before, list) else []), *cases]
        if rest is not None:
            self._keep_rest(entry, node, path, rest)

    def _keep_rest(self, entry: Entry, node: Node, path: Path, rest: Plain) -> None:
        place = self.given.place(*(node.key or (node.line, node.column)))
        self.found.leave(place, f"{spelled(path)}: not all of it has a field; the rest is kept under `extra`")
        put_extra(entry.fields, str(path[-1]), rest)

    def _merge(self, into: dict[str, Plain], node: Node) -> None:
        """What an earlier import kept is kept again, without a word."""
        for key, value in node.plain.items() if isinstance(node.plain, dict) else ():
            put_extra(into, key, value)


_NO_FIELD = "no field of ours has this meaning and form"
_SMALLEST: dict[str, Plain] = {"name": "x", "groups": [{"id": "x", "principles": [{"id": "x", "rule": "x"}]}]}


def _says(said: dict[str, Node]) -> bool:
    """Whether fields hold a principle's own words, rather than a list of principles."""
    wanted = {*ENTRY["rule"], *ENTRY["critique_request"], *ENTRY["preference_question"]} - {"description", "content"}
    return any(plain(key) in wanted and isinstance(node.value, str) for key, node in said.items())


def _says_enough(entry: dict[str, Plain]) -> bool:
    both = "critique_request" in entry and "revision_request" in entry
    return both or "rule" in entry or "preference_question" in entry


def _short_form(said: dict[str, Node]) -> tuple[str, str] | None:
    """``Be honest: do not lie`` in a list, which YAML takes for a key and its value."""
    if len(said) != 1:
        return None
    ((key, node),) = said.items()
    known = {name for names in ENTRY.values() for name in names}
    return (key, node.value) if isinstance(node.value, str) and plain(key) not in known else None


def _shallow(given: Given, node: Node, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise given.bad(node, f"nested more than {_DEEPEST} levels deep", "flatten the file")
    inside = node.value.values() if isinstance(node.value, dict) else node.value
    for each in inside if isinstance(inside, list) or not isinstance(inside, (str, type(None))) else ():
        _shallow(given, each, depth + 1)
