"""Telling a trail as rows of the long table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from constitution.api.tables.said import By, Said
from constitution.core.judgement import Rating, Verdict
from constitution.core.rulings import Ruling
from constitution.core.trail import Critique, Step, Trail
from constitution.pairing.earned import kept, sides
from constitution.pairing.story import earned_for, read_first
from constitution.pairing.words import bare, called, compared_as, preferred


def said_of(trails: Iterable[Trail]) -> list[Said]:
    """Everything that was said in these trails: in prompt order, answers before pairs."""
    return [said for position, trail in enumerate(trails) for said in _Teller(trail, position).all()]


def words(text: str) -> int:
    """How long a text is."""
    return len(text.split())


_NO_JUDGE: dict[str, Any] = dict.fromkeys(("asked", "a", "b", "role", "p", "canary"))
"""What only a judge's verdict has."""


class _Teller:
    """Tells one trail."""

    def __init__(self, trail: Trail, position: int) -> None:
        self.trail = trail
        self.read = read_first(trail)
        self.steps: dict[str, Step] = {step.id: step for step in trail.steps}
        self.pair = trail.pair if trail.fate == "paired" else None
        self.cited = frozenset(principle.id for principle in earned_for(trail))
        lengths = (words(self.pair.chosen.text), words(self.pair.rejected.text)) if self.pair else (None, None)
        self.same: dict[str, Any] = {
            "prompt_id": trail.prompt.id,
            "position": position,
            "intent": trail.intent,
            "language": trail.prompt.language,
            "fate": trail.fate or "",
            "pair_id": self.pair.pair_id if self.pair else None,
            "length_chosen": lengths[0],
            "length_rejected": lengths[1],
        }

    def all(self) -> Iterator[Said]:
        for critique in self.trail.critiques:
            yield from self._of_answer(critique)
        for verdict in self.trail.verdicts:
            yield from self._judged(verdict)
        yield from map(self._rated, self.trail.ratings)
        yield from (self._of_pair(ruling) for ruling in self.trail.rulings if ruling.about == "pair")

    def _of_answer(self, critique: Critique) -> Iterator[Said]:
        """What counts, and beside it what a person overruled or agreed with."""
        was = critique.overruled
        if was is None:
            yield self._critique(critique, counts=True)
        elif was.verdict == critique.verdict:
            yield self._critique(critique, counts=True)
            yield from self._agreed(critique)
        else:
            yield self._critique(was, counts=False, overruled=True)
            yield self._critique(critique, counts=True)

    def _critique(self, critique: Critique, *, counts: bool, overruled: bool = False) -> Said:
        step, evidence = self.steps.get(critique.step), critique.evidence
        person = step is not None and step.kind == "human_review"
        by: By = "person" if person else "rule" if evidence is not None and evidence.kind == "rule" else "critic"
        return Said(
            **self._answer(critique.response),
            by=by,
            about=critique.principle.id,
            group=critique.group,
            principle=critique.principle.id,
            meaning=critique.principle.meaning,
            tier=critique.principle.tier,
            verdict=critique.verdict,
            severity=critique.severity,
            counts=counts,
            overruled=overruled,
            evidence=evidence.kind if evidence else None,
            quote=evidence.text if evidence else None,
            reason=critique.reason,
            note=critique.note,
            order=None,
            draw=int(step.params.get("draw", 0)) if step else 0,
            cut=False,
            model=None if person or step is None else step.model_returned or step.model,
            reviewer=step.agent_id if person and step else None,
            step=critique.step,
            earned=critique.principle.id in self.cited,
            first=self.read.get(critique.principle.id) == critique.response,
            **_NO_JUDGE,
            **self.same,
        )

    def _answer(self, position: int) -> dict[str, Any]:
        """Which answer a row is about."""
        revised = self.trail.responses[position].parent is not None
        return {"subject": "revision" if revised else "answer", "response": position,
                "answer": bare(called(self.trail, position))}  # fmt: skip

    def _agreed(self, critique: Critique) -> Iterator[Said]:
        """The ruling of a person who says what the critic said."""
        answer = self.trail.responses[critique.response].sha256
        for ruling in self.trail.rulings:
            if (ruling.response, ruling.principle, ruling.meaning) == (
                answer, critique.principle.id, critique.principle.meaning,
            ):  # fmt: skip
                yield replace(
                    self._critique(critique, counts=False),
                    by="person",
                    severity="none",
                    evidence="ruling" if ruling.quote else None,
                    quote=ruling.quote or None,
                    reason=ruling.reason,
                    note="",
                    model=None,
                    reviewer=ruling.reviewer,
                    step=self._review(ruling, critique),
                )

    def _review(self, ruling: Ruling, critique: Critique) -> str:
        """The step of this ruling on this critique, which follows what the critic said."""
        return next(
            (
                step.id
                for step in self.trail.steps
                if step.kind == "human_review"
                and step.agent_id == ruling.reviewer
                and critique.step in step.inputs
                and critique.principle in step.principles
            ),
            critique.step,
        )

    def _judged(self, verdict: Verdict) -> Iterator[Said]:
        """One row for each of the two questions; where a person kept the pair, neither counts."""
        step, ruled = self.steps.get(verdict.step), kept(self.trail)
        own = (verdict.a, verdict.b) == sides(self.trail)
        a, b = map(bare, compared_as(self.trail, verdict))
        for about, answer in (("principles", verdict.principles), ("helpfulness", verdict.helpfulness)):
            yield self._on_pair(
                by="judge",
                about=about,
                verdict=bare(preferred(self.trail, verdict, answer)),
                counts=own and ruled is None,
                overruled=own and ruled is not None and about == "principles" and answer != ruled,
                asked=tuple(ref.id for ref in step.principles) if step else (),
                a=a,
                b=b,
                role=verdict.role,
                p=verdict.p,
                canary=verdict.canary or None,
                reason=verdict.reason,
                order=verdict.order,
                draw=verdict.draw,
                cut=verdict.cut,
                model=(step.model_returned or step.model) if step else None,
                step=verdict.step,
            )

    def _rated(self, rating: Rating) -> Said:
        """The score that a judge gave one answer by itself."""
        step = self.steps.get(rating.step)
        row = self._on_pair(
            by="judge", about="rating", verdict="invalid" if rating.score is None else str(rating.score), counts=True,
            reason=rating.reason, model=(step.model_returned or step.model) if step else None, step=rating.step,
        )  # fmt: skip
        return replace(row, **self._answer(rating.response))

    def _of_pair(self, ruling: Ruling) -> Said:
        step = next(
            (s.id for s in self.trail.steps
             if s.kind == "human_review" and s.agent_id == ruling.reviewer and not s.principles), "",
        )  # fmt: skip
        return self._on_pair(
            by="person", about="pair", verdict=ruling.verdict, counts=True, reason=ruling.reason,
            reviewer=ruling.reviewer, step=step,
        )  # fmt: skip

    def _on_pair(self, **given: Any) -> Said:
        """A row about both answers at once."""
        blank = {"response": None, "group": None, "principle": None, "meaning": None, "tier": None, "severity": "none",
                 "overruled": False, "evidence": None, "quote": None, "note": "", "order": None, "draw": 0,
                 "cut": False, "model": None, "reviewer": None, "earned": False, "answer": None, "first": False,
                 **_NO_JUDGE}  # fmt: skip
        return Said(subject="pair", **{**blank, **self.same, **given})
