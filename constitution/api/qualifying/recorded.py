"""Recorded verdicts, read again: a file of judgments in both orders, ours or of public benchmarks, and nothing asked.

Two shapes are read, one row a line. Public outputs of judges, as JudgeBench publishes them:
``{"label": "A>B", "judgments": [{"decision": "A>B"}, {"decision": "B>A"}]}``, where the second judgment saw the
answers swapped and speaks of the places, and the label of the answers. And our own:
``{"id", "label": "a", "verdicts": [{"order": "a_first", "verdict": "a", "p"?: 0.2}, ...]}``, in which all speaks of the
answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from constitution.core.families import family
from constitution.core.judgement import Preference
from constitution.errors import BadFile
from constitution.sources.sendable import sendable
from constitution.sources.text import brief, lines, parsed
from constitution.trials.judging.judged import Judged, Truth

T = TypeVar("T")
MAX_LINE = 10_000_000
"""Bytes; public outputs bring the judge's whole prompt along."""
EXPECTED = (
    'a row is {"id", "label": "A>B" | "B>A" | "A=B", "judgments": [{"decision"}, {"decision"}]}, the second with the '
    'answers swapped, or {"id", "label": "a" | "b" | "tie", "verdicts": [{"order": "a_first" | "b_first", "verdict"}]}'
)
_PLACES: dict[str, Truth] = {"A>B": "a", "A>>B": "a", "B>A": "b", "B>>A": "b", "A=B": "tie", "B=A": "tie"}
_SWAPPED: dict[str, Truth] = {"a": "b", "b": "a", "tie": "tie"}
_TRUTHS: dict[str, Truth] = {"a": "a", "b": "b", "tie": "tie"}
_VERDICTS: dict[str, Preference] = {**_TRUTHS, "invalid": "invalid"}


def read_verdicts(path: Path) -> tuple[Judged, ...]:
    """All items of the file in order.

    Raises ``BadFile`` with ``file:line`` for a row that is of neither shape, for an id that stands twice, and for a
    file without any row.
    """
    found: dict[str, Judged] = {}
    for where, line in lines(path, most=MAX_LINE):
        if not line.strip():
            continue
        item = _item(parsed(line.strip(), where), where)
        if item.id in found:
            raise BadFile(f"the id {brief(item.id)} stands twice", where=where, remedy="give each item its own id")
        found[item.id] = item
    if not found:
        raise BadFile("the file holds no verdict", where=str(path), remedy=EXPECTED)
    return tuple(found.values())


def _item(row: Any, where: str) -> Judged:
    if not isinstance(row, Mapping):
        raise BadFile("the row is no object", where=where, remedy=EXPECTED)
    sendable({name: row.get(name) for name in ("id", "pair_id", "label", "group_id")}, where)
    name = row.get("id", row.get("pair_id"))
    if isinstance(name, bool) or not isinstance(name, (str, int)):
        raise BadFile("it has no id", where=where, remedy=EXPECTED)
    facts: dict[str, Any] = {
        "id": str(name),
        "group": str(row.get("group_id") or ""),
        "lengths": _lengths(row),
        "families": _families(row),
    }
    if "judgments" in row:
        return _public(row, where, facts)
    if "verdicts" in row:
        return _own(row, where, facts)
    raise BadFile("it holds neither judgments nor verdicts", where=where, remedy=EXPECTED)


def _public(row: Mapping[str, Any], where: str, facts: dict[str, Any]) -> Judged:
    """One row of a public judge's output; a judgment that is null, or decides nothing, is invalid."""
    given = row["judgments"]
    if not isinstance(given, list) or len(given) != 2:
        raise BadFile("judgments are not two", where=where, remedy="give one judgment an order; " + EXPECTED)
    first, second = (_decision(each, where) for each in given)
    return Judged(
        truth=_named(_PLACES, row.get("label"), "label", where),
        a_first=(first,),
        b_first=(_SWAPPED.get(second, second),),
        **facts,
    )


def _decision(judgment: Any, where: str) -> Preference:
    if judgment is not None and not isinstance(judgment, Mapping):
        raise BadFile("a judgment is no object", where=where, remedy=EXPECTED)
    said = judgment.get("decision") if judgment is not None else None
    return "invalid" if said is None else _named(_PLACES, said, "decision", where)


def _own(row: Mapping[str, Any], where: str, facts: dict[str, Any]) -> Judged:
    """One row that ``--export`` wrote: any number of votes an order."""
    truth = _named(_TRUTHS, row.get("label"), "label", where)
    given = row["verdicts"]
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise BadFile("verdicts is no list of objects", where=where, remedy=EXPECTED)
    votes: dict[str, list[Preference]] = {"a_first": [], "b_first": []}
    likely = []
    for each in given:
        order = _named({name: name for name in votes}, each.get("order"), "order", where)
        votes[order].append(_named(_VERDICTS, each.get("verdict"), "verdict", where))
        if each.get("p") is not None:
            likely.append(_probability(each["p"], where))
    if not all(votes.values()):
        raise BadFile("an order has no verdict", where=where, remedy="give verdicts of both orders; " + EXPECTED)
    return Judged(
        truth=truth,
        a_first=tuple(votes["a_first"]),
        b_first=tuple(votes["b_first"]),
        p=tuple(likely),
        unanimous=row.get("unanimous") is True,
        **facts,
    )


def _probability(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise BadFile("p is no probability of b", where=where, remedy="give a number from 0 to 1, or leave it out")
    return float(value)


def _named(table: Mapping[str, T], value: Any, key: str, where: str) -> T:
    if isinstance(value, str) and value in table:
        return table[value]
    raise BadFile(f"{key} is {brief(repr(value))}", where=where, remedy=f"it must be one of {', '.join(table)}")


def _lengths(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """Characters of both answers, as the row says or by their texts; None where it brings neither."""
    given = row.get("lengths", [row.get("response_A"), row.get("response_B")])
    if not isinstance(given, list) or len(given) != 2:
        return None
    both = [len(each) if isinstance(each, str) else each for each in given]
    if any(isinstance(each, bool) or not isinstance(each, int) or each < 0 for each in both):
        return None
    return both[0], both[1]


def _families(row: Mapping[str, Any]) -> tuple[str, str]:
    """Of the models that wrote the answers, where the row names them."""
    given = row.get("models", [row.get("response_model")] * 2)
    both = given if isinstance(given, list) and len(given) == 2 else [None, None]
    first, second = (family(each) if isinstance(each, str) and each else "" for each in both)
    return first, second


def exported(items: tuple[Judged, ...]) -> Iterator[dict[str, Any]]:
    """The rows of our own shape that read back as these items; families stand for the models that wrote."""
    for item in items:
        votes = [*(("a_first", vote) for vote in item.a_first), *(("b_first", vote) for vote in item.b_first)]
        likely = item.p if len(item.p) == len(votes) else (None,) * len(votes)
        yield {
            "id": item.id,
            "label": item.truth,
            **({"group_id": item.group} if item.group else {}),
            **({"lengths": list(item.lengths)} if item.lengths else {}),
            **({"models": list(item.families)} if any(item.families) else {}),
            **({"unanimous": True} if item.unanimous else {}),
            "verdicts": [
                {"order": order, "verdict": vote, **({} if p is None else {"p": p})}
                for (order, vote), p in zip(votes, likely, strict=True)
            ],
        }
