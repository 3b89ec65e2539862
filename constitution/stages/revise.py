"""Revise: the reviser changes what the critiques name, and nothing else."""

from __future__ import annotations

from constitution.core.asking import Asking, Request, Stage, ask
from constitution.core.templates import fence
from constitution.core.trail import Critique, Trail
from constitution.pairing.earned import violations
from constitution.stages.brief import AtLeastOne, Brief
from constitution.stages.draft import written
from constitution.stages.evidence import conversation, step_of
from constitution.stages.ruled import ruled_pair


def revise(brief: Brief, *, role: str = "reviser", template: str = "revise", max_tokens: AtLeastOne = 1024) -> Stage:
    """A new response that mends the violations of the latest one; one that says the same ends the trail."""
    model = brief.model(role)
    words = brief.template(template, "conversation", "response", "critiques", "requests")
    told = {principle.id: principle for principle in brief.constitution.principles}

    def stage(trail: Trail) -> Asking[Trail]:
        last = len(trail.responses) - 1
        if last < 0:
            return trail.ends("undecided", "there is no response to revise")
        found = violations(trail, last)
        if not found:
            return trail.ends("no_violation", "there is nothing to revise")
        request = Request.known(
            model=model,
            messages=words.fill(
                conversation=conversation(brief.seed, trail.prompt.messages),
                response=fence(brief.seed, "response", trail.responses[last].text),
                critiques="\n\n".join(_named(brief.seed, critique) for critique in found),
                requests="\n\n".join(told[critique.principle.id].told_reviser for critique in found),
            ),
            max_tokens=max_tokens,
            purpose="revise",
            supposed="A supposed revision.",
        )
        reply = yield from ask(request)
        refs = tuple(critique.principle for critique in found)
        inputs = (trail.responses[last].step, *dict.fromkeys(critique.step for critique in found))
        step = step_of(trail, "revise", request, reply, inputs=inputs, principles=refs, template=words)
        longer = written(trail, step, reply, parent=last, what="the revision")
        if longer.fate is None and _same(longer):
            return longer.ends("undecided", "the revision says the same as the draft")
        return ruled_pair(brief.rulings, longer)

    return stage


def _named(seed: str, critique: Critique) -> str:
    """A critique and its words behind a fence: the critic read foreign text, and may repeat it."""
    text = critique.reason
    if critique.evidence is not None:
        what = "Demanded and missing" if critique.evidence.kind == "omission" else "The words"
        text = f"{text}\n{what}: {critique.evidence.text}".lstrip("\n")  # a person need not give a reason
    return fence(seed, f"critique {critique.principle.id}", text)


def _same(trail: Trail) -> bool:
    new = trail.responses[-1]
    old = trail.responses[new.parent or 0]
    return new.text.split() == old.text.split()
