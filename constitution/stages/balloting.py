"""Asking the judges: showings of the claimed responses in both orders, and the verdicts that come back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from constitution.core.asking import Asking, Request, Unanswered
from constitution.core.families import family
from constitution.core.judgement import Claim
from constitution.core.trail import Response, Trail
from constitution.errors import OffSchema
from constitution.pairing.deciding import judges
from constitution.pairing.earned import compared
from constitution.stages.brief import Brief
from constitution.stages.canaries import planted_for
from constitution.stages.evidence import conversation, step_of
from constitution.stages.forms import judge_form
from constitution.stages.showing import ORDERS, Showing, shortened
from constitution.stages.structured import Structured, ask_each, ask_structured, passes

PROGRAMS = ("simulator", "scripted")
"""Families of no kinship: what they say depends on their habits."""
SLOTS = ("conversation", "questions", *Showing.SLOTS)
"""What a template of the judge's question must hold."""
Came = list[tuple[Showing, Structured]]
"""What was shown and answered."""


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """Who is asked how often, and what is shown."""

    roles: tuple[str, ...]
    draws: Sequence[int]
    cut: bool = False
    canary: bool = False
    """A planted text is shown against the chosen response as well."""
    doubts: Sequence[int] = ()
    """Draws in which a dry run supposes that the orders disagree, so that it goes the longest way."""

    @classmethod
    def again(cls, trail: Trail) -> Sitting:
        """All that were heard on the claim, as often as the one asked most, with the longer answer cut."""
        heard = compared(trail)
        return cls(roles=tuple(judges(heard)), draws=sorted({verdict.draw for verdict in heard}), cut=True)


@dataclass(frozen=True, kw_only=True)
class Balloting:
    """How the judges of one stage are asked."""

    brief: Brief
    template: str
    max_tokens: int
    logprobs: int | None = None

    def asked(self, trail: Trail, sitting: Sitting) -> Asking[Trail]:
        """The trail with a step and a verdict for each answer.

        A judge alone must answer; of several, those that do not have no vote, and what nobody says of a planted text
        costs nothing. Raises ``Unanswered`` and ``OffSchema`` as ``ask_structured`` does, and as ``ask_each``.
        """
        claim = trail.claim
        if claim is None:
            return trail
        came = yield from self._answered(trail, claim, self._showings(trail, claim, sitting), sitting)
        if sitting.canary:
            came += yield from self._tested(trail, claim, sitting)
        return self._judged(trail, claim, came)

    def _answered(
        self, trail: Trail, claim: Claim, showings: Sequence[Showing], sitting: Sitting, *, each: bool = False
    ) -> Asking[Came]:
        requests = [self._question(trail, claim, showing) for showing in showings]

        def supposed(place: int) -> str:
            return _supposed(showings[place], doubts=sitting.doubts)

        answers: Sequence[Structured | None]
        if each or len(sitting.roles) > 1:
            answers = yield from ask_each(requests, supposed)
        else:
            answers = yield from ask_structured(requests, supposed)
        return [(showing, answer) for showing, answer in zip(showings, answers, strict=True) if answer is not None]

    def _tested(self, trail: Trail, claim: Claim, sitting: Sitting) -> Asking[Came]:
        """What is said of the planted text; nothing where the judges would not answer or cannot."""
        try:
            return (yield from self._answered(trail, claim, self._planted(trail, claim, sitting), sitting, each=True))
        except OffSchema:
            return []
        except Unanswered as lost:
            if passes(lost):
                raise
            return []

    def _showings(self, trail: Trail, claim: Claim, sitting: Sitting) -> list[Showing]:
        a, b = (trail.responses[position] for position in (claim.rejected, claim.chosen))
        if sitting.cut:
            a, b = shortened(a, b)
        return [
            Showing(seed=self.brief.seed, a=a, b=b, positions=(claim.rejected, claim.chosen), order=order, role=role,
                    draw=draw, cut=sitting.cut)
            for role in sitting.roles
            for draw in sitting.draws
            for order in ORDERS
        ]  # fmt: skip

    def _planted(self, trail: Trail, claim: Claim, sitting: Sitting) -> list[Showing]:
        kind, text = planted_for(self.brief.seed, trail.prompt.id)
        planted, b = Response.known(text=text, origin="program"), trail.responses[claim.chosen]
        return [
            Showing(seed=self.brief.seed, a=planted, b=b, positions=(-1, claim.chosen), order=order, role=role,
                    canary=kind)
            for role in sitting.roles
            for order in ORDERS
        ]  # fmt: skip

    def _question(self, trail: Trail, claim: Claim, showing: Showing) -> Request:
        ids = {principle.id for principle in claim.principles}
        questions = (principle.told_judge for principle in self.brief.constitution.principles if principle.id in ids)
        request = Request.known(
            model=self.brief.model(showing.role),
            messages=self.brief.template(self.template).fill(
                conversation=conversation(self.brief.seed, trail.prompt.messages),
                questions="\n\n".join(questions),
                **showing.slots(),
            ),
            max_tokens=self.max_tokens,
            json_schema=judge_form(showing.nonce, showing.ids),
            draw=showing.draw,
            logprobs=self.logprobs,
            purpose="judge",
        )
        return self.brief.fitted(request) if self.logprobs is not None else request

    def _judged(self, trail: Trail, claim: Claim, came: Came) -> Trail:
        steps = tuple(
            step_of(
                trail,
                "judge",
                answer.request,
                answer.reply,
                inputs=(showing.a.step, showing.b.step),
                principles=claim.principles,
                template=self.brief.template(self.template),
                offset=offset,
            )
            for offset, (showing, answer) in enumerate(came)
        )
        verdicts = tuple(
            showing.verdict(answer, step.id, on=claim.on) for (showing, answer), step in zip(came, steps, strict=True)
        )
        authors = [response.model for response in trail.responses if response.model]
        alike = any(_alike(answer.reply.model_returned, author) for _, answer in came for author in authors)
        return trail.plus(steps=steps, verdicts=verdicts).but(self_judged=trail.self_judged or alike)


def _alike(judge: str, author: str) -> bool:
    """Whether both are one model, or of one family (Panickssery et al. 2024, arXiv:2404.13076)."""
    return judge == author or family(judge) == family(author) not in PROGRAMS


def _supposed(showing: Showing, *, doubts: Sequence[int]) -> str:
    """What a dry run takes for the answer."""
    tie = showing.draw in doubts and showing.order == "a_first"
    said = "tie" if tie else showing.id_of("b")
    return json.dumps({"nonce": showing.nonce, "reason": "supposed", "principles": said, "helpfulness": said})
