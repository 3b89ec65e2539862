"""Understanding a request as a model would: what is asked, about which conversation and which texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from constitution.core.asking import Request
from constitution.core.records import Message

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


@dataclass(frozen=True)
class Talk:
    """The conversation that an answer answers."""

    user: tuple[str, ...]
    """What the user said, in order."""
    whole: str
    """All of it, whoever spoke."""

    @property
    def last(self) -> str:
        """The user's last words."""
        return self.user[-1] if self.user else ""

    @property
    def asked(self) -> str:
        """All that the user said."""
        return "\n".join(self.user)


@dataclass(frozen=True)
class Norm:
    """A principle as the reader is told it."""

    id: str
    text: str
    """Rule or question, without its reasons."""
    why: str = ""
    exceptions: str | None = None
    """The exceptions that are stated, one a line; None where the question states none of any principle."""
    opposite: bool = False
    """Whether it asks for the opposite of its text."""

    @property
    def cues(self) -> str:
        """The words that say what it is about, its name among them."""
        return f"{self.id.replace('-', ' ')} {self.text}"


@dataclass(frozen=True)
class CritiqueTask:
    """Hold one response to principles."""

    talk: Talk
    response: str
    norms: tuple[Norm, ...]
    first: tuple[tuple[str, str], ...] = ()
    """Pairs of ids: the first of a pair goes before the second where they collide."""


@dataclass(frozen=True)
class JudgeTask:
    """Compare two responses; options in the order shown."""

    talk: Talk
    options: tuple[tuple[str, str], ...]
    norms: tuple[Norm, ...]


@dataclass(frozen=True)
class ReviseTask:
    """Mend one response; ``quotes`` are broken words, ``demands`` what it left out."""

    talk: Talk
    response: str
    norms: tuple[Norm, ...]
    quotes: tuple[str, ...]
    demands: tuple[str, ...]


@dataclass(frozen=True)
class DraftTask:
    """Answer a conversation."""

    talk: Talk
    messages: tuple[Message, ...]


Task = CritiqueTask | JudgeTask | ReviseTask | DraftTask


def task_of(request: Request) -> Task | None:
    """What is asked; None where a schema is given that belongs to no question known here."""
    fields = (request.json_schema or {}).get("properties", {})
    question = next((m.content for m in request.messages if m.role == "user"), "")
    fences, rest = unfenced(question)
    talk = _talk(fences)
    norms = _norms(_FIRST.sub("", rest))
    if _enum(fields, "nonce") and _enum(fields, "findings", "items", "properties", "principle"):
        return CritiqueTask(talk, _labelled(fences, "response"), norms, tuple(_FIRST.findall(rest)))
    if _enum(fields, "nonce") and len(_enum(fields, "principles")) > 1 and "helpfulness" in fields:
        options = tuple((label.split(" ", 1)[1], text) for label, text in fences if label.startswith("response "))
        return JudgeTask(talk, options, tuple(replace(norm, exceptions=None) for norm in norms))
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
