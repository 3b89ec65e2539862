"""What every command that asks models stands on: the caller over ledger and providers, signals, the account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeVar

from constitution.api.aside import ASIDE, Aside
from constitution.api.caps import Caps
from constitution.api.signals import on_signals
from constitution.engine.budget import Budget
from constitution.engine.caller import Caller
from constitution.engine.prices import Prices, dollars
from constitution.engine.progress import Progress, Watch
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.engine.signals import moment
from constitution.errors import Capped, ConstitutionError, Interrupted, Stopped
from constitution.ledger import Ledger
from constitution.providers.endpoints import Endpoint, opened
from constitution.providers.provider import Provider

T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What the work comes to, without ``await``; inside a running event loop it runs in a thread of its own.

    Ctrl-C while that thread is waited for does what the signal does elsewhere: the first lets calls in flight end.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    return Aside(work).finished()


def nobody(progress: Progress) -> None:
    """Nobody watches."""


@dataclass(frozen=True, kw_only=True)
class Calling:
    """How models are asked."""

    concurrency: int
    caps: Caps = field(default_factory=Caps)
    watch: Watch = nobody
    prices: Prices = field(default_factory=Prices)
    of: str = "prompts"
    """What is counted in the progress."""
    providers: Mapping[str, Provider] = field(default_factory=dict)
    """Those that take more than a name to be opened."""

    @asynccontextmanager
    async def over(self, ledger: Ledger, endpoints: Mapping[str, Endpoint]) -> AsyncIterator[Caller]:
        """Inside, the caller answers from the ledger and these endpoints, and heeds signals.

        The first lets calls in flight end, the second gives them up. An error that ends the work says what is kept.
        """
        async with _providers(endpoints, self.providers) as provider_of, Recorder(ledger) as recorder:
            caller = Caller(
                ledger,
                recorder,
                provider_of,
                concurrency=self.concurrency,
                patience=Patience(),
                pin_model=self.caps.pin_model,
                budget=Budget(self.prices, max_cost=self.caps.max_cost, max_calls=self.caps.max_calls),
                progress=Progress(of=self.of),
                watch=self.watch,
            )
            with _heard(lambda by: _interrupted(caller, by)):
                try:
                    yield caller
                except ConstitutionError as error:
                    _account(error, caller, _unheard(caller, ledger, recorder))
                    raise


@contextmanager
def unless_interrupted(when: str) -> Iterator[None]:
    """A ``KeyboardInterrupt`` inside becomes ``Interrupted``, which says when it came; it may name its signal."""
    try:
        with moment(when):
            yield
    except KeyboardInterrupt as signalled:
        by = str(signalled) or "Ctrl-C"
        raise Interrupted(f"stopped by {by} {when}", remedy="run the same command again") from signalled


@contextmanager
def _heard(act: Callable[[str], None]) -> Iterator[None]:
    """Inside, each signal calls ``act`` with its name, wherever it is that the work runs."""
    aside = ASIDE.get()
    with on_signals(act), nullcontext() if aside is None else aside.heed(act):
        yield


def _unheard(caller: Caller, ledger: Ledger, recorder: Recorder) -> int:
    """How many calls of this run may have been paid for without an answer, as far as the ledger can still say."""
    try:
        return max(0, ledger.unheard(recorder.before) - caller.lost)
    except Stopped:
        return 0


def _interrupted(caller: Caller, by: str) -> None:
    """The first signal lets calls in flight end, the second gives them up."""
    if caller.progress.stopping:
        caller.abandon()
    caller.halt(Interrupted(f"stopped by {by}"))
    caller.progress.stopping = caller.progress.stopping or by
    caller.watch(caller.progress)


def _account(error: ConstitutionError, caller: Caller, unsettled: int) -> None:
    """Say with the error what is kept, what may be paid for nothing, and what to do."""
    progress = caller.progress
    error.remedy = "; ".join(
        part
        for part in (
            error.remedy,
            _spent(caller.budget),
            f"{progress.done} of {progress.prompts} {progress.of} are done and {progress.asked} new replies are kept",
            f"{unsettled:,} call{'s' * (unsettled != 1)} may have been paid for without an answer" if unsettled else "",
            "raise the cap and run again to go on, kept replies cost nothing again"
            if isinstance(error, Capped)
            else "run the same command again to go on",
        )
        if part
    )


def _spent(budget: Budget) -> str:
    """What the run cost, where there is a cap on it."""
    if budget.max_cost is None:
        return ""
    unsure = f", {dollars(budget.unsure)} of it estimated for calls without a count" if budget.unsure else ""
    unknown = f", and on {', '.join(sorted(budget.unpriced))} nobody knows what" if budget.unpriced else ""
    return f"this run spent {dollars(budget.spent)}{unsure}{unknown}"


@asynccontextmanager
async def _providers(
    endpoints: Mapping[str, Endpoint], at_hand: Mapping[str, Provider]
) -> AsyncIterator[Callable[[str], Provider]]:
    """Providers by name, those that are not at hand opened when first asked for, all closed at the end."""
    in_use = dict(at_hand)

    def provider_of(name: str) -> Provider:
        if name not in in_use:
            in_use[name] = opened(name, endpoints)
        return in_use[name]

    try:
        yield provider_of
    finally:
        # What fails here is nobody's loss: every reply is kept, and a connection ends with the process at the latest.
        await asyncio.gather(*(provider.close() for provider in in_use.values()), return_exceptions=True)
