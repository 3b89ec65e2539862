"""A sample of the rows that an edit touches: chosen by hash, really asked about, and nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from constitution.api.impact.effect import Effect, Outcome
from constitution.api.impact.made_with import rows_of
from constitution.api.impact.touching import How, Touch
from constitution.api.impact.whole import Impact
from constitution.api.planning import Plan, plan
from constitution.api.preparing import Prepared, prepare
from constitution.api.running import run
from constitution.core.chance import keyed
from constitution.engine.progress import Watch


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The rows that are to be asked about, ready to be asked."""

    rows: tuple[Touch, ...]
    how: How
    pool: tuple[Touch, ...]
    """All rows that they were drawn from."""
    prepared: Prepared
    plan: Plan

    def ask(self, watch: Watch | None = None) -> Effect:
        """What the edited principles make of these rows, and of no other; replies are kept for the run to come."""
        ended = run(self.prepared, watch=watch)
        outcomes = tuple(Outcome(row.trail, trail) for row, trail in zip(self.rows, ended.trails, strict=True))
        return Effect(outcomes=outcomes, how=self.how, pool=self.pool, run=ended)


def sample_of(found: Impact, number: int) -> Sample | None:
    """That many of the certainly touched rows, chosen by hash, so that a larger sample holds the smaller one.

    Where no row is touched for certain, those that may be; None where there is none of these either. Raises
    ``MissingKey`` where a provider's key is not there.
    """
    how: How = "certain" if found.touched.of("certain") else "possible"
    rows = found.touched.of(how)
    if not rows:
        return None
    ranked = sorted(rows, key=lambda row: keyed(found.made.seed, "impact", row.trail.prompt.id))
    drawn = {row.trail.prompt.id for row in ranked[:number]}
    chosen = tuple(row for row in rows if row.trail.prompt.id in drawn)
    prompts = rows_of(row.trail.prompt for row in chosen)
    prepared = prepare(replace(found.order, prompts=prompts))
    return Sample(rows=chosen, how=how, pool=rows, prepared=prepared, plan=plan(prepared))
