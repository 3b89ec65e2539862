"""Understanding a request as a model would: what is asked, about which conversation and which texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from constitution.core.asking import Request
from constitution.providers.simulator.tasks import (
    CritiqueTask,
    DraftTask,
    JudgeTask,
    Norm,
    RateTask,
    ReviseTask,
    Talk,
    Task,
)

QUESTIONS = ("principles", "helpfulness")
"""What a judge that compares may be asked, each a property of its own."""
_BEGIN = re.compile(r"^----- begin (?P<label>.+) (?P<mark>[0-9a-f]{16}) -----\n", re.MULTILINE)
_NAMED = re.compile(r"^\[(?P<id>[a-z0-9][a-z0-9._-]{0,63})\]", re.MULTILINE)
_QUOTED = re.compile(r"^(?P<kind>The words|Demanded and missing): (?P<text>.*)\Z", re.MULTILINE | re.DOTALL)
_PART = re.compile(r"^(Why|Except): ", re.MULTILINE)
_OPPOSITE = re.compile(r"(?P<before>\A(?:\s*\(\w+\)\s)?\s*(?:[^.\n]*: )?)Do the opposite of this: ")
_FIRST = re.compile(
    r"^Where \[(?P<first>[^\]\n]{1,64})\] and \[(?P<other>[^\]\n]{1,64})\] cannot both be kept, "
    r"\[(?P=first)\] goes first, and \[(?P=other)\] is not broken by giving way\.[ \t]*$",
    re.MULTILINE,
)
"""Which of two principles goes first; such a line belongs to no principle's own words."""


def task_of(request: Request) -> Task | None:
    """What is asked; None where a schema is given that belongs to no question known here."""
    fields = (request.json_schema or {}).get("properties", {})
    question = next((m.content for m in request.messages if m.role == "user"), "")
    fences, rest = unfenced(question)
    talk = _talk(fences)
    norms = norms_of(rest)
    if _enum(fields, "nonce") and _enum(fields, "findings", "items", "properties", "principle"):
        return CritiqueTask(talk, _labelled(fences, "response"), norms, tuple(_FIRST.findall(rest)))
    if _enum(fields, "nonce") and any(len(_enum(fields, question)) > 1 for question in QUESTIONS):
        options = tuple((label.split(" ", 1)[1], text) for label, text in fences if label.startswith("response "))
        return JudgeTask(talk, options, tuple(replace(norm, exceptions=None) for norm in norms))
    if _enum(fields, "nonce") and _enum(fields, "score"):
        return RateTask(talk, _labelled(fences, "response"), norms)
    if request.json_schema is not None:
        return None
    notes = [text for label, text in fences if label.startswith("critique ")]
    if notes and any(label == "response" for label, _ in fences):
        found = [match for note in notes if (match := _QUOTED.search(note))]
        quotes = tuple(match["text"] for match in found if match["kind"] == "The words")
        demands = tuple(match["text"] for match in found if match["kind"] != "The words")
        return ReviseTask(talk, _labelled(fences, "response"), norms, quotes, demands)
    said = tuple(m.content for m in request.messages if m.role == "user" and m.content.strip())
    return DraftTask(Talk(said, "\n".join(m.content for m in request.messages)), request.messages)


def norms_of(text: str) -> tuple[Norm, ...]:
    """The principles that a text tells, each with the exceptions that it states."""
    return _norms(_FIRST.sub("", text))


def said_before(text: str) -> str:
    """What a text says before its first principle; all of it where there is none."""
    first = _NAMED.search(text)
    return text[: first.start()] if first else text


def unfenced(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Label and text of each fence, and what stands outside all of them."""
    fences, outside, place = [], [], 0
    while begin := _BEGIN.search(text, place):
        end_line = f"\n----- end {begin['label']} {begin['mark']} -----"
        end = text.find(end_line, begin.end() - 1)
        if end < 0:
            break
        fences.append((begin["label"], text[begin.end() : end]))
        outside.append(text[place : begin.start()])
        place = end + len(end_line)
    return tuple(fences), "\n".join([*outside, text[place:]])


def _enum(fields: Any, *path: str) -> list[str]:
    """The options of a property, by the path to it; none where the schema has another shape."""
    for name in path:
        fields = fields.get(name, {}) if isinstance(fields, dict) else {}
    options = fields.get("enum", []) if isinstance(fields, dict) else []
    return [option for option in options if isinstance(option, str)]


def _labelled(fences: Sequence[tuple[str, str]], label: str) -> str:
    return next((text for name, text in fences if name == label), "")


def _talk(fences: Sequence[tuple[str, str]]) -> Talk:
    said = [(label, text) for label, text in fences if label.startswith("message ")]
    return Talk(tuple(text for label, text in said if label.endswith(" user")), "\n".join(text for _, text in said))


def _norms(text: str) -> tuple[Norm, ...]:
    """The blocks that begin with an id in square brackets; the last of them ends with its paragraph."""
    starts = list(_NAMED.finditer(text))
    ends = [*(match.start() for match in starts[1:]), len(text)]
    found = []
    for match, end in zip(starts, ends, strict=False):
        block = text[match.end() : end]
        if match is starts[-1]:
            block = block.split("\n\n", 1)[0]
        rule, *parts = _PART.split(block)
        told = list(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))
        found.append(
            Norm(
                match["id"],
                _OPPOSITE.sub(r"\g<before>", rule).strip(),
                "\n".join(text for part, text in told if part == "Why"),
                "\n".join(text for part, text in told if part == "Except"),
                _OPPOSITE.match(rule) is not None,
            )
        )
    return tuple(found)
