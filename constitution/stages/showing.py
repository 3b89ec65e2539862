"""One showing of two responses to a judge: in one order, under names that say nothing, and its answer mapped back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from constitution.core.chance import keyed
from constitution.core.judgement import Preference, Question, Side, Verdict
from constitution.core.templates import fence
from constitution.core.trail import Response
from constitution.stages.likelihood import probability_of
from constitution.stages.structured import Structured

Order = Literal["a_first", "b_first"]
ORDERS: tuple[Order, ...] = ("a_first", "b_first")
CUT = 200
"""Characters that the truncation test takes off the longer answer."""


@dataclass(frozen=True, kw_only=True)
class Showing:
    """Two responses as one judge sees them once."""

    SLOTS: ClassVar = ("first", "second", "first_id", "second_id", "nonce")
    """What the template must hold for a showing."""

    seed: str
    a: Response
    b: Response
    positions: tuple[int, int]
    """Where ``a`` and ``b`` stand in the trail; -1 for a planted text."""
    order: Order
    role: str = "judge"
    """Which judge is asked."""
    draw: int = 0
    cut: bool = False
    canary: str = ""
    """Kind of the planted text that ``a`` is, if it is one."""

    @property
    def shown(self) -> tuple[Response, Response]:
        """First and second response."""
        return (self.a, self.b) if self.order == "a_first" else (self.b, self.a)

    @cached_property
    def ids(self) -> tuple[str, str]:
        """Opaque names of the first and the second response; they depend on both texts and their order."""
        texts = [response.sha256 for response in self.shown]
        first, second = ("R" + keyed(self.seed, "option", *texts, place)[:10] for place in ("first", "second"))
        return first, second

    def id_of(self, side: Side) -> str:
        """The name under which this side is shown."""
        return next(name for name, shown in self.names.items() if shown == side)

    @cached_property
    def names(self) -> dict[str, Side]:
        """Option id to what is shown under it."""
        first, second = self.ids
        return {first: "a", second: "b"} if self.order == "a_first" else {first: "b", second: "a"}

    @cached_property
    def nonce(self) -> str:
        """What the answer must repeat; it depends on both texts and their order."""
        return keyed(self.seed, "nonce", *(response.text for response in self.shown))[:16]

    def slots(self) -> dict[str, str]:
        """The values of the template's slots that belong to this showing."""
        (first, second), (first_id, second_id) = self.shown, self.ids
        return {
            "first": fence(self.seed, f"response {first_id}", first.text),
            "second": fence(self.seed, f"response {second_id}", second.text),
            "first_id": first_id,
            "second_id": second_id,
            "nonce": self.nonce,
        }

    def verdict(self, answer: Structured, step: str, *, on: Question = "principles") -> Verdict:
        """The answer in terms of ``a`` and ``b``; a refused one is ``invalid``. ``on`` is the question that decides."""
        names = self.names
        preferences: dict[str, Preference] = {"tie": "tie", **names}
        value = answer.value or {}
        likely = probability_of(self.id_of("b"), self.id_of("a"), answer.reply, on) if answer.value else None
        return Verdict.known(
            a=self.positions[0],
            b=self.positions[1],
            order=self.order,
            principles=preferences.get(value.get("principles", ""), "invalid"),
            helpfulness=preferences.get(value.get("helpfulness", ""), "invalid"),
            options=names,
            reason=value.get("reason", ""),
            step=step,
            draw=self.draw,
            cut=self.cut,
            role=self.role,
            p=likely,
            canary=self.canary,
        )


def shortened(a: Response, b: Response) -> tuple[Response, Response]:
    """Both, the longer one without its last characters."""
    if len(a.text) > len(b.text):
        return a.but(text=a.text[:-CUT] or a.text[:1]), b
    return a, b.but(text=b.text[:-CUT] or b.text[:1])
