"""Values of others as our fields hold them, and the rest of them that has no place there."""

from __future__ import annotations

import re
from collections.abc import Callable

from constitution.core.places import Plain
from constitution.principles.imports.cases import fits
from constitution.principles.imports.ids import kept
from constitution.principles.model import AppliesWhen

Converted = tuple[Plain, Plain]
"""What our field holds, nothing where it is not clear; and the rest, nothing where all of it was taken."""

_TIERS = {
    **dict.fromkeys(("never", "hard", "prohibited", "forbidden"), "never"),
    **dict.fromkeys(("must", "required", "mandatory"), "must"),
    **dict.fromkeys(("should", "soft", "guideline", "recommended"), "should"),
}
_TEXTS = ("text", "exception", "statement", "rule", "description")


def as_it_is(value: Plain) -> Converted:
    """The same value."""
    return value, None


def tier(value: Plain) -> Converted:
    """``hard`` is ``never``, ``guideline`` is ``should``; what the middle of a longer ladder means is not guessed."""
    known = _TIERS.get(value.strip().casefold()) if isinstance(value, str) else None
    return (known, None) if known else (None, value)


def texts(value: Plain) -> Converted:
    """A list of texts, from one text, a list of them, or a list of fields with a text among them."""
    taken: list[Plain] = []
    rest: list[Plain] = []
    for each in value if isinstance(value, list) else [value]:
        name = next((name for name in _TEXTS if isinstance(each, dict) and isinstance(each.get(name), str)), None)
        if isinstance(each, str) and each.strip():
            taken.append(each)
        elif isinstance(each, dict) and name is not None:
            taken.append(each[name])
            others: dict[str, Plain] = {key: other for key, other in each.items() if key != name and other is not None}
            rest += [others] if others else []
        elif each is not None:
            rest.append(each)
    return [*taken] or None, [*rest] or None


def conflicts(value: Plain) -> Converted:
    """Ids, from a list of them or of ``{with: id, resolve: …}``."""
    taken: list[Plain] = []
    rest: list[Plain] = []
    for each in value if isinstance(value, list) else [value]:
        other = each.get("with") if isinstance(each, dict) else each
        if isinstance(other, str) and other.strip():
            taken.append(other.strip())
            more = {key: said for key, said in each.items() if key != "with"} if isinstance(each, dict) else {}
            rest += [{"with": other, **more}] if more else []
        elif each is not None:
            rest.append(each)
    return [*taken] or None, [*rest] or None


def names(value: Plain) -> Converted:
    """Tags, from a list or from one text with commas or semicolons, written as tags of ours must be."""
    given = re.split(r"[,;]", value) if isinstance(value, str) else value if isinstance(value, list) else [value]
    taken: list[Plain] = []
    rest: list[Plain] = []
    for each in given:
        name = kept(each.strip()) if isinstance(each, str) else ""
        if name and name not in taken:
            taken.append(name)
        elif not name and each:
            rest.append(each)
    return [*taken] or None, [*rest] or None


def scope(value: Plain) -> Converted:
    """``applies_when``, from those parts of a scope that are lists of its words; ``turns: any`` is no limit."""
    if not isinstance(value, dict):
        return None, value
    taken: dict[str, Plain] = {}
    rest: dict[str, Plain] = {}
    for key, said in value.items():
        words: Plain = [said] if isinstance(said, str) else said
        if key in AppliesWhen.model_fields and words in ([], ["any"], None):
            continue
        if key in AppliesWhen.model_fields and fits(AppliesWhen, {}, key, words):
            taken[key] = words
        else:
            rest[key] = said
    return taken or None, rest or None


def origin(value: Plain) -> Converted:
    """A source in one text: its ``text`` and ``url`` where it has those."""
    if not isinstance(value, dict):
        return value, None
    parts = [said for key in ("text", "title", "url") if isinstance(said := value.get(key), str) and said.strip()]
    rest: dict[str, Plain] = {key: said for key, said in value.items() if said not in parts and said is not None}
    return ", ".join(parts) or None, rest or None


CONVERTERS: dict[str, Callable[[Plain], Converted]] = {
    "tier": tier,
    "exceptions": texts,
    "conflicts_with": conflicts,
    "tags": names,
    "applies_when": scope,
    "source": origin,
}
"""Fields of which others have another form; the rest is taken as it is."""
