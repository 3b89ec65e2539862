"""Puts the cases of principles to the critic, and hunts mutants: what ``principles test`` does."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from constitution.api.calling import Calling, finished, nobody
from constitution.api.trial.orders import PreparedTrials, TrialOrder, prepare_trials
from constitution.core.asking import Asking
from constitution.engine.caller import Caller
from constitution.engine.conversing import converse_all
from constitution.engine.failures import heed_failures
from constitution.engine.progress import Watch
from constitution.ledger import open_ledger
from constitution.trials.asking import Tally, try_case
from constitution.trials.case import asked_with
from constitution.trials.hunting import hunt
from constitution.trials.mutants import mutants_of
from constitution.trials.outcome import Outcome
from constitution.trials.report import Hunt, TrialReport

__all__ = ["PreparedTrials", "TrialOrder", "TrialReport", "ahold_trials", "hold_trials", "prepare_trials"]


def hold_trials(order: TrialOrder | PreparedTrials, *, watch: Watch | None = None) -> TrialReport:
    """What ``ahold_trials`` returns, without ``await``."""
    return finished(ahold_trials(order, watch=watch))


async def ahold_trials(order: TrialOrder | PreparedTrials, *, watch: Watch | None = None) -> TrialReport:
    """The report on these cases; every reply is kept in the ledger, and asked again for nothing.

    Raises ``Mistake`` before anything is asked; ``Stopped``, ``Interrupted`` and ``ProviderGone`` as a run does.
    """
    prepared = order if isinstance(order, PreparedTrials) else prepare_trials(order)
    calling = Calling(
        concurrency=prepared.order.concurrency,
        caps=prepared.order,
        watch=watch or nobody,
        prices=prepared.prices,
        of="cases",
    )
    with closing(open_ledger(prepared.ledger)) as ledger:
        async with calling.over(ledger, prepared.endpoints) as caller:
            outcomes, found = await _held_all(prepared, caller)
    return TrialReport(
        ref=prepared.shelved.ref,
        sha256=prepared.shelved.sha256,
        critic=prepared.model,
        draws=prepared.order.draws,
        seed=prepared.critic.brief.seed,
        constitution=prepared.constitution,
        only=prepared.only,
        outcomes=outcomes,
        hunt=found,
        asked=caller.progress.asked,
        reused=caller.progress.reused,
        cost=caller.bill.cost,
        notes=(*prepared.notes, *caller.strangers.notes()),
    )


async def _held_all(prepared: PreparedTrials, caller: Caller) -> tuple[tuple[Outcome, ...], Hunt | None]:
    """The outcome of each trial and, where they are wanted, what became of the mutants."""
    critic, constitution, workers = prepared.critic, prepared.constitution, 2 * prepared.order.concurrency

    def counted(conversation: Asking[Tally]) -> Asking[Tally]:
        tally = yield from conversation
        if tally.fault:
            caller.progress.fates["fault:unanswered"] += 1
            heed_failures(caller, prepared.order.max_failures, tally.fault)
        return tally

    async def all_of(conversations: Sequence[Asking[Tally]]) -> tuple[Tally, ...]:
        return await converse_all([counted(each) for each in conversations], caller, workers=workers)

    tallies = await all_of([try_case(critic, trial, asked_with(constitution, trial)) for trial in prepared.trials])
    outcomes = tuple(
        Outcome(trial=trial, tally=tally) for trial, tally in zip(prepared.trials, tallies, strict=True)
    )  # fmt: skip
    if not prepared.order.mutate:
        return outcomes, None
    hunting = hunt(critic, constitution, outcomes, mutants_of(constitution, prepared.only))
    try:
        batch = next(hunting)
        while True:
            batch = hunting.send(await all_of(batch))
    except StopIteration as end:
        return outcomes, Hunt(hunted=end.value)
