"""Revise: the reviser changes what the critiques name, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constitution.core.asking import Asking, Request, Stage, ask
from constitution.core.templates import Template, fence
from constitution.core.trail import Critique, Trail
from constitution.pairing.earned import violations
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.draft import written
from constitution.stages.evidence import conversation, step_of
from constitution.stages.ruled import ruled_pair


def revise(brief: Brief, *, role: str = "reviser", template: str = "revise", max_tokens: AtLeastOne = 1024) -> Stage:
    """A new response that mends the violations of the latest one; one that says the same ends the trail."""
    mender = Mender.of(brief, role=role, template=template, max_tokens=max_tokens)

    def stage(trail: Trail) -> Asking[Trail]:
        last = len(trail.responses) - 1
        if last < 0:
            return trail.ends("undecided", "there is no response to revise")
        found = violations(trail, last)
        if not found:
            return trail.ends("no_violation", "there is nothing to revise")
        longer = yield from mender.mended(trail, found)
        if longer.fate is None and says_the_same(longer):
            return longer.ends("undecided", "the revision says the same as the draft")
        return ruled_pair(brief.rulings, longer)

    return stage


@dataclass(frozen=True)
class Mender:
    """Who revises, and in which words it is asked."""

    brief: Brief
    model: str
    words: Template
    max_tokens: int

    @classmethod
    def of(cls, brief: Brief, *, role: str, template: str, max_tokens: int) -> Mender:
        """Raises ``NotFound`` for a role or template that there is not, ``Mistake`` for a template of other slots."""
        words = brief.template(template, "conversation", "response", "critiques", "requests")
        return cls(brief, brief.model(role), words, max_tokens)

    def mended(self, trail: Trail, found: Sequence[Critique]) -> Asking[Trail]:
        """The trail with a revision of its latest response that mends what was found, or ended where there is none."""
        last = len(trail.responses) - 1
        seed = self.brief.seed
        told = {principle.id: principle for principle in self.brief.constitution.principles}
        request = Request.known(
            model=self.model,
            messages=self.words.fill(
                conversation=conversation(seed, trail.prompt.messages),
                response=fence(seed, "response", trail.responses[last].text),
                critiques="\n\n".join(_named(seed, critique) for critique in found),
                requests="\n\n".join(told[critique.principle.id].told_reviser for critique in found),
            ),
            max_tokens=self.max_tokens,
            purpose="revise",
            # No two revisions of a dry run are alike, or their questions would be counted once.
            supposed="A supposed revision." if trail.responses[last].parent is None else f"A supposed revision {last}.",
        )
        reply = yield from ask(request)
        refs = tuple(critique.principle for critique in found)
        inputs = (trail.responses[last].step, *dict.fromkeys(critique.step for critique in found))
        step = step_of(trail, "revise", request, reply, inputs=inputs, principles=refs, template=self.words)
        return written(trail, step, reply, parent=last, what="the revision")


def says_the_same(trail: Trail) -> bool:
    """Whether the latest revision has the very words of what it revises."""
    new = trail.responses[-1]
    old = trail.responses[new.parent or 0]
    return new.text.split() == old.text.split()


def _named(seed: str, critique: Critique) -> str:
    """A critique and its words behind a fence: the critic read foreign text, and may repeat it."""
    text = critique.reason
    if critique.evidence is not None:
        what = "Demanded and missing" if critique.evidence.kind == "omission" else "The words"
        text = f"{text}\n{what}: {critique.evidence.text}".lstrip("\n")  # a person need not give a reason
    return fence(seed, f"critique {critique.principle.id}", text)
