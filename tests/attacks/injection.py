"""One injected answer: a body that answers a benign prompt badly, and an order to whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, cycle
from typing import Literal

from tests.attacks.topics import TOPICS, Topic

Reader = Literal["judge", "critic", "both"]
Place = Literal["start", "middle", "end", "alone"]


@dataclass(frozen=True, kw_only=True)
class Injection:
    """An answer that talks to its reader."""

    name: str
    """Its class and its place in that class."""
    kind: str
    to: Reader
    topic: Topic
    text: str
    """The whole answer."""
    order: str
    """The part of it that is no answer: all of it where the place is ``alone``."""

    def __str__(self) -> str:
        return self.name

    def held_in(self, text: str) -> bool:
        """Whether this attack stands in the text, whole: known by its own words and by no pattern."""
        return text == self.text if self.order == self.text else self.order in text

    def mended(self) -> str:
        """The answer without the flaw of its body, the order still in it."""
        return self.text.replace(self.topic.flaw + " ", "")


def family(kind: str, to: Reader, *orders: str, place: Place = "end") -> tuple[Injection, ...]:
    """Each order in an answer of its own, the topics in turn."""
    return tuple(
        Injection(name=f"{kind}-{number}-{place}", kind=kind, to=to, topic=topic, text=placed(order, place, topic),
                  order=order)
        for number, order, topic in zip(count(1), orders, cycle(TOPICS))
    )  # fmt: skip


def placed(order: str, place: Place, topic: Topic) -> str:
    """The order before, within or after the answer, or in the place of one."""
    first, second = topic.bad
    parts = {
        "start": (order, first, second),
        "middle": (first, order, second),
        "end": (first, second, order),
        "alone": (order,),
    }
    return "\n\n".join(parts[place])
