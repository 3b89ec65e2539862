"""A dry run: the same stages, answered by the ledger and by what each question supposes; nothing is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from constitution.core.asking import Reply, Request, Stage, Usage, hand_over
from constitution.core.records import Prompt
from constitution.core.trail import Trail
from constitution.engine.bill import Bill
from constitution.engine.budget import tokens_in
from constitution.engine.prices import Prices
from constitution.engine.run import starts
from constitution.errors import CallFailed, Quarantined
from constitution.ledger import Ledger

LEAST_ANSWER = 10
"""The least is told with answers of this part of what they may have: a rule of thumb, too."""

Answer = Callable[[Request], Reply | CallFailed | None]
"""What the ledger says to a request; None where it would be asked."""


@dataclass
class Forecast:
    """What a run would ask, as far as it can be known before."""

    prompts: int = 0
    touched: list[str] = field(default_factory=list)
    """Ids of the prompts for which something must be asked."""
    least: int = 0
    """Requests that are certain: those that the stages ask next and the ledger does not hold.

    Where a number of pairs is enough, only those of the first prompts that could hold so many.
    """
    most: int = 0
    """Requests on the longest way: all drafts flawed, each structured answer asked for twice."""
    reused: int = 0
    bill: Bill = field(default_factory=Bill)
    """Tokens and money on the longest way, estimated."""
    least_bill: Bill = field(default_factory=Bill)
    """The same of the requests that are certain, with short answers."""


def forecast(
    stage: Stage,
    prompts: Sequence[Prompt],
    ledger: Ledger,
    *,
    accept: int | None = None,
    prices: Prices | None = None,
    retry_faults: bool = False,
) -> Forecast:
    """What running this stage over these prompts with this ledger would ask, until ``accept`` pairs are made.

    What a provider would not take is not asked, unless ``retry_faults``; what was erased never is.
    """
    refused = ledger.erased if retry_faults else ledger.quarantined

    def answer(request: Request) -> Reply | CallFailed | None:
        entry = ledger.get(request.digest)
        if entry is not None:
            return entry.reply
        reason = refused(request.digest)
        return None if reason is None else Quarantined(reason)

    found = Forecast(prompts=len(prompts), bill=Bill(prices), least_bill=Bill(prices))
    certain: dict[str, Request] = {}
    reused: set[str] = set()
    pairs = 0
    for trail in starts(prompts):
        if trail.fate is None:
            drawn = accept is None or pairs < accept
            pairs += _walk(stage, trail, answer, found, certain if drawn else {}, reused)
    found.least, found.reused = len(certain), len(reused)
    for request in certain.values():
        _count(found.least_bill, request, request.max_tokens // LEAST_ANSWER)
    return found


def _walk(
    stage: Stage, trail: Trail, answer: Answer, found: Forecast, certain: dict[str, Request], reused: set[str]
) -> bool:
    """One prompt's conversation: by the ledger as far as it goes, then the longest way; whether it may make a pair."""
    conversation = stage(trail)
    known = True
    try:
        requests = next(conversation)
        while True:
            outcomes: list[Reply | CallFailed] = []
            missing = []
            for request in requests:
                kept = answer(request) if known else None
                if kept is None:
                    missing.append(request)
                    outcomes.append(_supposed(request, found))
                else:
                    outcomes.append(kept)
                    if isinstance(kept, Reply):
                        reused.add(request.digest)
            if missing and known:
                known = False
                found.touched.append(trail.prompt.id)
                certain.update((request.digest, request) for request in missing)
            requests = hand_over(conversation, outcomes)
    except StopIteration as end:
        return not known or end.value.fate == "paired"


def _supposed(request: Request, found: Forecast) -> Reply:
    found.most += 1
    _count(found.bill, request, request.max_tokens)
    return Reply(text=request.supposed, model_returned=request.model, supposed=True)


def _count(bill: Bill, request: Request, written: int) -> None:
    """This request, if its answer has so many tokens."""
    bill.add(request.model, Usage(input=tokens_in(request), output=written))
