"""Answers that a row brings: ``chosen`` and ``rejected`` become candidates, with their makers where they are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from constitution.core.records import Origin
from constitution.errors import BadFile

ANSWERS = ("rejected", "chosen")
"""In the order of the candidates: first what is to be criticised and revised."""

LABELS = tuple(f"{name}_{label}" for name in ANSWERS for label in ("origin", "model"))
"""Keys that say who wrote them."""

Messages = Sequence[Mapping[str, Any]]


def tail_of(value: Any, name: str, where: str) -> Messages:
    """An answer alone, as messages."""
    if isinstance(value, str):
        return [{"role": "assistant", "content": value}]
    for item in value:
        if not isinstance(item, Mapping) or not isinstance(item.get("role"), str):
            raise BadFile(
                f"{name} is a list of something else than messages",
                where=where,
                remedy='write the answer as text, or as [{"role": "assistant", "content": text}]',
            )
    return list(value)


def with_candidates(
    row: dict[str, Any], tails: Mapping[str, Messages], where: str, ignored: Counter[str]
) -> dict[str, Any]:
    """The row with both answers as candidates, ``rejected`` first; one that says nothing, or the same, is left out."""
    found: dict[str, dict[str, Any]] = {}
    for name in ANSWERS:
        text = _answer(tails[name], name, where, ignored)
        if text.strip() and text not in found:
            found[text] = {"text": text, **_maker(row, name)}
    if row.get("candidates") or row.get("response") not in (None, *found):
        raise BadFile(
            "it holds two answers, and response or candidates too", where=where, remedy="keep the one or the others"
        )
    left_out = ("response", *ANSWERS, *LABELS)
    return {**{name: value for name, value in row.items() if name not in left_out}, "candidates": [*found.values()]}


def _answer(tail: Messages, name: str, where: str, ignored: Counter[str]) -> str:
    """The text of the first message; what is no text of an assistant is counted."""
    if len(tail) > 1:
        ignored[f"{name}: turns after the first answer"] += 1
    if not tail:
        return ""
    if tail[0].get("tool_calls"):
        ignored[f"{name}: an answer that calls tools"] += 1
        return ""
    text = tail[0].get("content")
    if not isinstance(text, str):
        raise BadFile(f"{name}: the content of the answer is no text", where=where, remedy="give the answer as text")
    return text


def _maker(row: Mapping[str, Any], name: str) -> dict[str, str]:
    """Who wrote the answer, where columns beside it say so in our words."""
    origin, model = row.get(f"{name}_origin"), row.get(f"{name}_model")
    said = {
        "origin": origin if origin in get_args(Origin) else None,
        "model": model if isinstance(model, str) else None,
    }
    return {label: value for label, value in said.items() if value}
