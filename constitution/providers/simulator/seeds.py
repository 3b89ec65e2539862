"""Choices that depend on the question alone: the same request is answered the same way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from constitution.core.asking import Request
from constitution.core.chance import fraction, keyed

T = TypeVar("T")


@dataclass(frozen=True)
class Seed:
    """A source of choices, each with a name of its own."""

    key: str
    draw: int = 0
    """Which of several answers to one question."""
    base: float = 0.0
    """A number in [0, 1) that is the same for all draws."""

    @classmethod
    def of(cls, request: Request) -> Seed:
        """From the messages, the schema, the draw and the model."""
        said = [[message.role, message.content] for message in request.messages]
        text = json.dumps([said, request.json_schema, request.model_name], sort_keys=True)
        question = hashlib.sha256(text.encode()).hexdigest()
        return cls(f"{question}/{request.draw}", request.draw, fraction(question, "base"))

    @property
    def name(self) -> str:
        """Short and the same for the same request."""
        return keyed(self.key, "name")[:24]

    def share(self, name: str) -> float:
        """A number in [0, 1)."""
        return fraction(self.key, name)

    def one(self, name: str, options: Sequence[T]) -> T:
        """One of the options, which must not be none."""
        return options[int(self.share(name) * len(options))]

    def some(self, name: str, options: Sequence[T], count: int) -> tuple[T, ...]:
        """``count`` of the options, or all, in their order."""
        ranked = sorted(range(len(options)), key=lambda place: self.share(f"{name}/{place}"))
        return tuple(options[place] for place in sorted(ranked[:count]))
