"""One showing of two responses to the judge: in one order, under names that say nothing, and its answer mapped back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from constitution.core.chance import keyed
from constitution.core.templates import fence
from constitution.core.trail import Preference, Response, Verdict
from constitution.stages.structured import Structured

Order = Literal["draft_first", "revision_first"]
ORDERS: tuple[Order, ...] = ("draft_first", "revision_first")
CUT = 200
"""Characters that the truncation test takes off the longer answer."""


@dataclass(frozen=True, kw_only=True)
class Showing:
    """Draft and revision as the judge sees them once."""

    SLOTS: ClassVar = ("first", "second", "first_id", "second_id", "nonce")
    """What the template must hold for a showing."""

    seed: str
    draft: Response
    revision: Response
    positions: tuple[int, int]
    """Where draft and revision stand in the trail."""
    order: Order
    draw: int = 0
    cut: bool = False

    @property
    def shown(self) -> tuple[Response, Response]:
        """First and second response."""
        both = (self.draft, self.revision)
        return both if self.order == "draft_first" else both[::-1]

    @cached_property
    def ids(self) -> tuple[str, str]:
        """Opaque names of the first and the second response; they depend on both texts and their order."""
        texts = [response.sha256 for response in self.shown]
        first, second = ("R" + keyed(self.seed, "option", *texts, place)[:10] for place in ("first", "second"))
        return first, second

    @property
    def id_of_revision(self) -> str:
        """The name under which the revision is shown."""
        return next(name for name, shown in self.names.items() if shown == "revision")

    @cached_property
    def names(self) -> dict[str, Literal["draft", "revision"]]:
        """Option id to what is shown under it."""
        first, second = self.ids
        if self.order == "draft_first":
            return {first: "draft", second: "revision"}
        return {first: "revision", second: "draft"}

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

    def verdict(self, answer: Structured, step: str) -> Verdict:
        """The answer in terms of draft and revision; a refused one is ``invalid``."""
        names = self.names
        preferences: dict[str, Preference] = {"tie": "tie", **names}
        value = answer.value or {}
        return Verdict.known(
            draft=self.positions[0],
            revision=self.positions[1],
            order=self.order,
            principles=preferences.get(value.get("principles", ""), "invalid"),
            helpfulness=preferences.get(value.get("helpfulness", ""), "invalid"),
            options=names,
            reason=value.get("reason", ""),
            step=step,
            draw=self.draw,
            cut=self.cut,
        )


def shortened(draft: Response, revision: Response) -> tuple[Response, Response]:
    """Both, the longer one without its last characters."""
    if len(draft.text) > len(revision.text):
        return draft.but(text=draft.text[:-CUT] or draft.text[:1]), revision
    return draft, revision.but(text=revision.text[:-CUT] or revision.text[:1])
