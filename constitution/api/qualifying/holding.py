"""Puts labelled pairs to a judge, through ledger and providers, in the words of a run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from constitution.api.calling import Calling, finished, nobody
from constitution.api.qualifying.labelled import Labelled
from constitution.api.qualifying.orders import PreparedQualification, QualifyOrder, prepare_qualification
from constitution.api.qualifying.report import JudgeReport
from constitution.core.asking import Asking, Stage, Unanswered
from constitution.core.families import family
from constitution.core.judgement import Question
from constitution.core.records import Origin
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.conversing import converse_all
from constitution.engine.failures import heed_failures
from constitution.engine.progress import Watch
from constitution.errors import OffSchema
from constitution.ledger import open_ledger
from constitution.trials.judging.figures import judge_figures
from constitution.trials.judging.judged import Judged

__all__ = ["JudgeReport", "QualifyOrder", "aqualify", "prepare_qualification", "qualify"]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What came of one pair."""

    item: Judged | None = None
    """None where the judge was not heard."""
    fault: str = ""
    """Why not, if it could not be asked; else no principle speaks of the prompt."""
    by: frozenset[Origin] = field(default_factory=frozenset)


def qualify(order: QualifyOrder | PreparedQualification, *, watch: Watch | None = None) -> JudgeReport:
    """What ``aqualify`` returns, without ``await``."""
    return finished(aqualify(order, watch=watch))


async def aqualify(order: QualifyOrder | PreparedQualification, *, watch: Watch | None = None) -> JudgeReport:
    """The report on this judge; every reply is kept in the ledger, and asked again for nothing.

    Raises ``Mistake`` before anything is asked; ``Stopped``, ``Interrupted`` and ``ProviderGone`` as a run does.
    """
    prepared = order if isinstance(order, PreparedQualification) else prepare_qualification(order)
    order = prepared.order
    calling = Calling(
        concurrency=order.concurrency, caps=order, watch=watch or nobody, prices=prepared.prices, of="pairs"
    )
    with closing(open_ledger(prepared.ledger)) as ledger:
        async with calling.over(ledger, prepared.endpoints) as caller:
            heard = await converse_all(
                [_counted(caller, prepared, pair) for pair in prepared.pairs],
                caller,
                workers=2 * order.concurrency,
            )
    return _report(prepared, heard, caller)


def _report(prepared: PreparedQualification, heard: Sequence[Heard], caller: Caller) -> JudgeReport:
    items = tuple(each.item for each in heard if each.item is not None)
    return JudgeReport(
        model=prepared.model,
        items=items,
        figures=judge_figures(items, family(prepared.model)),
        source=prepared.labelled.source,
        sha256=prepared.labelled.sha256,
        require=prepared.order.require,
        setting=prepared.setting,
        lost=tuple(each.fault for each in heard if each.fault),
        left_out=sum(each.item is None and not each.fault for each in heard),
        rehearsal=any("simulator" in each.by for each in heard),
        asked=caller.progress.asked,
        reused=caller.progress.reused,
        cost=caller.bill.cost,
        notes=(*prepared.notes, *caller.strangers.notes()),
    )


def _counted(caller: Caller, prepared: PreparedQualification, pair: Labelled) -> Asking[Heard]:
    order = prepared.order
    heard = yield from judge_pair(
        prepared.stage, pair, order.question, unanimous=prepared.setting["agreement"] == "unanimous"
    )
    if heard.fault:
        caller.progress.fates["fault:unanswered"] += 1
        heed_failures(caller, order.max_failures, heard.fault)
    return heard


def judge_pair(stage: Stage, pair: Labelled, question: Question, *, unanimous: bool = False) -> Asking[Heard]:
    """What the judge of a run says of a labelled pair, of which nothing is claimed but that it may go either way."""
    trail = Trail.start(pair.prompt.but(candidates=())).but(responses=(pair.a, pair.b))
    try:
        ended = yield from stage(trail)
    except Unanswered as lost:
        return Heard(fault=str(next(iter(lost.failures.values()))))
    except OffSchema as failure:
        return Heard(fault=str(failure))
    by = frozenset(step.agent for step in ended.steps)
    item = replace(_judged(pair, ended, question), unanimous=unanimous) if ended.verdicts else None
    return Heard(item=item, by=by)


def _judged(pair: Labelled, trail: Trail, question: Question) -> Judged:
    said = [verdict for verdict in trail.verdicts if not verdict.cut and not verdict.canary]
    votes = {
        order: tuple(getattr(verdict, question) for verdict in said if verdict.order == order)
        for order in ("a_first", "b_first")
    }
    ranked = sorted(said, key=lambda verdict: verdict.order)
    return Judged(
        id=pair.id,
        truth=pair.truth,
        a_first=votes["a_first"],
        b_first=votes["b_first"],
        group=pair.prompt.group_id or pair.prompt.id,
        lengths=(len(pair.a.text), len(pair.b.text)),
        families=(family(pair.a.model) if pair.a.model else "", family(pair.b.model) if pair.b.model else ""),
        p=tuple(verdict.p for verdict in ranked if verdict.p is not None),
    )
