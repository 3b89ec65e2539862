"""The caps of a run: money and calls are reserved before a call goes out, and settled by what it used."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from types import TracebackType
from typing import Self

from constitution.core.asking import Request, Usage
from constitution.engine.prices import Prices, dollars
from constitution.errors import BrokenBody, CallFailed, Capped, Transient

CHARACTERS_A_TOKEN = 4
"""A rule of thumb for English; token figures before a call are estimates."""


def tokens_in(request: Request) -> int:
    """About how many tokens the model will read."""
    return sum(len(message.content) for message in request.messages) // CHARACTERS_A_TOKEN


class Budget:
    """What may be spent, and what was.

    The cap on money counts the calls in flight at their longest answer, so it is passed only by as much as these
    turn out dearer than estimated; a call that does not fit beside them waits for one to end.
    """

    def __init__(self, prices: Prices, *, max_cost: float | None = None, max_calls: int | None = None) -> None:
        self.prices = prices
        self.max_cost = None if max_cost is None else Decimal(str(max_cost))
        self.max_calls = max_calls
        self.calls = 0
        """Calls that went out, failed ones among them."""
        self.spent = Decimal(0)
        """US dollars, as far as prices are known."""
        self.unsure = Decimal(0)
        """The part of ``spent`` that is an estimate: whether or how much was paid is not known."""
        self._held = Decimal(0)
        self._line = asyncio.Lock()
        self._changed = asyncio.Event()
        self._halted: Exception | None = None

    @property
    def capped(self) -> bool:
        """Whether there is a cap."""
        return self.max_cost is not None or self.max_calls is not None

    def hold(self, request: Request) -> Hold:
        """Inside it the call may go out; raises ``Capped`` on the way in where a cap does not allow it."""
        return Hold(self, request)

    def halt(self, why: Exception) -> None:
        """Let nobody wait any longer: who waits for money gets this error."""
        self._halted = why
        self._changed.set()

    def worth(self, model: str, read: int, written: int) -> Decimal:
        """US dollars of a call; 0 where no cap needs to know, or where nobody does."""
        price = None if self.max_cost is None else self.prices.of(model)
        return Decimal(0) if price is None else price.of(read, written)

    async def reserve(self, worth: Decimal) -> None:
        """So much is kept back; raises ``Capped`` where no call in flight can make room for it any more."""
        async with self._line:  # first come, first served: a dear call is not passed by cheap ones for ever
            while not self._fits(worth):
                self._changed.clear()
                await self._changed.wait()
            self.calls += 1
            self._held += worth

    def settle(self, worth: Decimal, spent: Decimal, *, sure: bool) -> None:
        """What was kept back is free again, and what was spent is spent."""
        self._held -= worth
        self.spent += spent
        self.unsure += Decimal(0) if sure else spent
        self._changed.set()

    def _fits(self, worth: Decimal) -> bool:
        if self._halted is not None:
            raise self._halted
        if self.max_calls is not None and self.calls >= self.max_calls:
            raise Capped(f"{self.calls:,} calls went out, and --max-calls allows no more", cap="max_calls",
                         raised=2 * self.max_calls)  # fmt: skip
        if self.max_cost is None:
            return True
        if self.spent + worth > self.max_cost:
            raise Capped(
                f"the next call may cost {dollars(worth)}, more than is left of the {dollars(self.max_cost)} that "
                "--max-cost allows",
                cap="max_cost",
                raised=float(2 * max(self.max_cost, worth)),
            )
        return self.spent + self._held + worth <= self.max_cost


class Hold:
    """What is kept back for one call; unless it is settled, a call that went out counts as paid for."""

    def __init__(self, budget: Budget, request: Request) -> None:
        self._budget = budget
        self._model = request.model
        self._worth = budget.worth(request.model, tokens_in(request), request.max_tokens)
        self._spent = Decimal(0)
        self._sure = True

    async def __aenter__(self) -> Self:
        await self._budget.reserve(self._worth)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._budget.settle(self._worth, self._spent, sure=self._sure)

    def goes_out(self) -> None:
        """From now on it may be paid for."""
        self._spent, self._sure = self._worth, False

    def answered(self, usage: Usage | None) -> None:
        """The call is paid for, by its usage where that is known."""
        if usage is not None:
            self._spent, self._sure = self._budget.worth(self._model, usage.input, usage.output), True

    def failed(self, failure: CallFailed) -> None:
        """The call failed; only one that was or may have been answered costs anything."""
        if not (isinstance(failure, BrokenBody) or (isinstance(failure, Transient) and failure.maybe_paid)):
            self._spent, self._sure = Decimal(0), True
