"""What went into prompts: their calls, tokens and money, and which calls stand behind which trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.engine.bill import Bill


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What went into some prompts."""

    calls: int
    tokens: int | None
    """In and out; None where a provider did not count them."""
    cost: float | None
    """US dollars; None where a price or a count is unknown."""

    @classmethod
    def by(cls, calls: int, bill: Bill) -> Spent:
        """So many calls, with this bill."""
        return cls(calls=calls, tokens=sum(bill.weight.values()) if bill.counted else None, cost=bill.cost)


def together(trails: Iterable[Trail], calls: Iterable[Call]) -> Iterator[tuple[Trail, list[Call]]]:
    """Each trail with the calls that stand next and name its prompt."""
    rest = iter(calls)
    call = next(rest, None)
    for trail in trails:
        own = []
        while call is not None and call.prompt_id == trail.prompt.id:
            own.append(call)
            call = next(rest, None)
        yield trail, own
