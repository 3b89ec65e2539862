"""Judge: blind, in both orders, on two questions; votes, a panel where it is needed, and what they come to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from constitution.core.asking import Asking, Stage
from constitution.core.chance import fraction
from constitution.core.judgement import Ballot, Claim
from constitution.core.trail import Trail
from constitution.errors import Mistake
from constitution.pairing.earned import decision, judgement_problem, no_difference
from constitution.stages.balloting import SLOTS, Balloting, Sitting
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.claiming import claimed
from constitution.stages.critique import asked_of, hold_to_known
from constitution.stages.panel import panel_of
from constitution.stages.ruled import ruled_pair

Share = Annotated[float, Field(ge=0, le=1)]
Clamp = tuple[Annotated[float, Field(ge=0, le=0.5)], Annotated[float, Field(ge=0.5, le=1)]]


def judge(
    brief: Brief,
    *,
    role: str = "judge",
    template: str = "judge",
    max_tokens: AtLeastOne = 1024,
    groups: Literal["one", "all"] = "one",
    principles: tuple[str, ...] = (),
    principles_asked: Literal["group", "one"] = "group",
    votes: AtLeastOne = 1,
    agreement: Literal["majority", "unanimous"] = "majority",
    extra_votes: Annotated[int, Field(ge=0, multiple_of=2)] = 0,
    panel: Literal["never", "escalate", "always"] = "escalate",
    quorum: AtLeastOne = 2,
    families: AtLeastOne = 2,
    own_family: Literal["mark", "refuse"] = "mark",
    clamp: Clamp = (0.2, 0.8),
    logprobs: bool = False,
    canaries: Share = 0.0,
    truncation_share: Share = 0.0,
) -> Stage:
    """The trail goes on if both orders name a side that the claim allows, and it does not lose on the other question.

    A claim without principles is judged by those in scope: of one group or of all (``groups``), or by a single one of
    them (``principles_asked``); ``principles`` narrows the constitution to these ids.

    ``votes`` are asked an order, and their majority decides, or all of them where ``agreement`` says so. With one
    vote an order that errs by itself in 3 of 10 leaves 0.09 / 0.58 = 15.5% wrong pairs, three unanimous ones 0.6%, at
    thrice the calls and a fifth of the pairs. Where the orders disagree, ``extra_votes`` more an order are asked, then
    the other judges of the panel, if the run names any (``panel``); ``quorum`` of them must decide, and they must be
    of so many ``families`` (Verga et al. 2024, arXiv:2404.18796).

    ``canaries`` is the share of prompts, chosen by hash, at which the judge is shown a planted text as well, and
    ``truncation_share`` that of the pairs that are judged again without the end of the longer answer. ``logprobs``
    asks for the judge's own probabilities; ``clamp`` holds those of a judge that nobody has calibrated.

    Raises ``NotFound`` for a principle that there is not, and ``Mistake`` for extra votes that could change nothing and
    as ``panel_of`` does.
    """
    jury = panel_of(brief, role, panel=panel, quorum=quorum, families=families, own_family=own_family)
    brief.template(template, *SLOTS)
    hold_to_known(brief.constitution, principles)
    if extra_votes and agreement == "unanimous":
        raise Mistake(
            "orders that disagree are never made unanimous by more votes, so that extra_votes would be asked in vain",
            remedy="set votes instead, or agreement: majority",
        )
    ballot = Ballot(
        unanimous=agreement == "unanimous",
        quorum=quorum,
        together=panel == "always" and len(jury) > 1,
        clamp=clamp,
        temperature=brief.calibration.get(brief.model(role)),
        distrusted=any(brief.model(each) in brief.miscalibrated for each in jury),
    )
    balloting = Balloting(brief=brief, template=template, max_tokens=max_tokens, logprobs=5 if logprobs else None)

    def before(trail: Trail) -> Claim | None:
        found = claimed(brief, trail)
        if found is None or found.principles:
            return found
        asked = asked_of(brief.constitution, trail.prompt, seed=brief.seed, groups=groups, only=principles)
        refs = [principle.ref for group in asked.values() for principle in group]
        if principles_asked == "one" and refs:
            refs = [min(refs, key=lambda ref: fraction(brief.seed, trail.prompt.id, "principle", ref.id))]
        return found.but(principles=tuple(refs))

    def stage(trail: Trail) -> Asking[Trail]:
        claim = before(trail)
        if claim is None:
            return trail.ends("undecided", "there is nothing to compare")
        if not claim.principles:
            return trail.ends("not_applicable", "no group of principles is in scope")
        longer = ruled_pair(brief.rulings, trail.but(claim=claim, ballot=ballot))
        if longer.fate is not None:
            return longer
        if alike := no_difference(longer):
            return longer.ends("undecided", alike)
        planted = fraction(brief.seed, trail.prompt.id, "canary") < canaries
        first = jury if panel == "always" else jury[:1]
        # As many as leave the orders apart, and no more than the extra votes can mend.
        doubts = range(votes - votes // 2 if extra_votes or len(jury) > len(first) else 0)
        sitting = Sitting(roles=first, draws=range(votes), canary=planted, doubts=doubts)
        longer = yield from balloting.asked(longer, sitting)
        if extra_votes and decision(longer) == "split":
            further = range(votes, votes + extra_votes)
            sitting = Sitting(roles=first, draws=further, doubts=further if len(jury) > len(first) else ())
            longer = yield from balloting.asked(longer, sitting)
        if len(jury) > len(first) and decision(longer) == "split":
            longer = yield from balloting.asked(longer, Sitting(roles=jury[1:], draws=range(votes)))
        problem = judgement_problem(longer)
        if problem is None and fraction(brief.seed, trail.prompt.id, "truncation") < truncation_share:
            longer = yield from balloting.asked(longer, Sitting.again(longer))
            problem = judgement_problem(longer)
        return longer.ends("undecided", problem) if problem else longer

    return stage
