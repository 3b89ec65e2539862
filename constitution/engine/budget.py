"""The caps of a run: money and calls are reserved before a call goes out, and settled by what it used."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from types import TracebackType
from typing import Self

from constitution.core.asking import Request, Usage
from constitution.engine.prices import NOTHING, Price, Prices, dollars
from constitution.errors import BrokenBody, CallFailed, Capped, ProviderGone, Transient

BYTES_A_TOKEN = 4
"""A rule of thumb for English, in UTF-8; other languages take more tokens for as many letters, and more bytes."""
OF_A_MESSAGE = 16
"""Tokens that a model's own template may put around a message, at most."""
OF_A_FORM = 512
"""Tokens that a provider may put around a schema or tools, at most."""


def tokens_in(request: Request) -> int:
    """About how many tokens the model will read."""
    return _bytes(request) // BYTES_A_TOKEN


def most_tokens_in(request: Request) -> int:
    """More tokens than the model will read: none of its text is shorter than a byte, so a byte counts as one.

    A few more are for what templates and providers put around it.
    """
    used = any(message.tool_calls for message in request.messages)  # a wire may have to declare them
    form = OF_A_FORM if request.json_schema is not None or request.tools or used else 0
    return _bytes(request) + OF_A_MESSAGE * len(request.messages) + form


def _bytes(request: Request) -> int:
    """Bytes of everything that is sent to be read."""
    calls = [message.tool_calls for message in request.messages if message.tool_calls]
    forms = [each for each in (request.json_schema, request.tools, calls) if each]
    texts = (message.content for message in request.messages)
    written = (json.dumps(form, ensure_ascii=False) for form in forms)
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in (*texts, *written))


class Budget:
    """What may be spent, and what was.

    The cap on money counts the calls in flight at the most that they may cost (``most_tokens_in``, the longest answer,
    the dearest rate), so it is passed only by as much as one turns out dearer than that; a call that does not fit
    beside them waits for one to end.
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
        self.held = Decimal(0)
        """US dollars that are kept back for calls in flight."""
        self.unpriced: set[str] = set()
        """Models that were asked and whose price nobody knows: the cap on money does not hold them."""
        self._line = asyncio.Lock()
        self._changed = asyncio.Event()
        self._halted: Exception | None = None

    def hold(self, request: Request) -> Hold:
        """Inside it the call may go out; raises ``Capped`` on the way in where a cap does not allow it."""
        return Hold(self, request)

    def halt(self, why: Exception) -> None:
        """Let nobody wait any longer: who waits for money gets this error."""
        self._halted = why
        self._changed.set()

    def price(self, model: str) -> Price:
        """The price of a model; nothing where no cap needs to know, or where nobody does."""
        if self.max_cost is None:
            return NOTHING
        known = self.prices.of(model)
        if known is None:
            self.unpriced.add(model)
        return known or NOTHING

    async def reserve(self, worth: Decimal) -> None:
        """So much is kept back; raises ``Capped`` where no call in flight can make room for it any more."""
        if self.max_cost is None:
            self._take(worth)
            return
        async with self._line:  # first come, first served: a dear call is not passed by cheap ones for ever
            while not self._take(worth):
                self._changed.clear()
                await self._changed.wait()

    def settle(self, worth: Decimal, spent: Decimal, *, sure: bool) -> None:
        """What was kept back is free again, and what was spent is spent."""
        if self.max_cost is None:  # nothing was kept back, and nobody waits for it
            return
        self.held -= worth
        self.spent += spent
        self.unsure += Decimal(0) if sure else spent
        self._changed.set()

    def _take(self, worth: Decimal) -> bool:
        """Keep so much back, where it fits beside what is spent and kept back already."""
        if self._halted is not None:
            raise self._halted
        if self.max_calls is not None and self.calls >= self.max_calls:
            raise Capped(f"{self.calls:,} calls went out, and --max-calls allows no more", cap="max_calls",
                         raised=2 * self.max_calls)  # fmt: skip
        if self.max_cost is not None:
            if self.spent + worth > self.max_cost:
                raise self._too_dear(worth, self.max_cost)
            if self.spent + self.held + worth > self.max_cost:
                return False
            self.held += worth
        self.calls += 1
        return True

    def _too_dear(self, worth: Decimal, cap: Decimal) -> Capped:
        """No call that ends can make room for so much any more."""
        return Capped(
            f"the next call may cost up to {dollars(worth)}, more than is left of the {dollars(cap)} that --max-cost "
            "allows",
            cap="max_cost",
            raised=float(2 * max(cap, worth)),
        )


class Hold:
    """What is kept back for one call; unless it is settled, a call that went out counts as paid for."""

    def __init__(self, budget: Budget, request: Request) -> None:
        self._budget = budget
        self._price = budget.price(request.model)
        free = self._price is NOTHING
        self._worth = Decimal(0) if free else self._price.most(most_tokens_in(request), request.max_tokens)
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
            self._spent, self._sure = self._price.of(usage), True

    def failed(self, failure: CallFailed | ProviderGone) -> None:
        """The call failed; only one that was or may have been answered costs anything."""
        if not (isinstance(failure, BrokenBody) or (isinstance(failure, Transient) and failure.maybe_paid)):
            self._spent, self._sure = Decimal(0), True
