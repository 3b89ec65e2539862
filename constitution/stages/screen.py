"""Screen: the recipe's checks look at the pair; one that refuses ends the trail, and so does a leak of our words."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from constitution.core.asking import Asking, Stage
from constitution.core.trail import Trail
from constitution.stages.brief import Brief
from constitution.stages.leak import RUN, Leaks


def screen(brief: Brief, *, leak_words: Annotated[int, Field(ge=4)] = RUN) -> Stage:
    """The trail ends ``paired``, or ``screened:<check>`` by the first check that refuses; warnings are kept.

    It ends ``screened:context_leak`` where a side of the pair, or the reason of a critique, repeats ``leak_words``
    words in a row of what the models were told and the prompt does not hold.
    """
    leaks = Leaks(brief, leak_words)

    def stage(trail: Trail) -> Asking[Trail]:
        yield from ()  # asks nothing, and is a conversation all the same
        if trail.pair is None:
            return trail.ends("undecided", "there is no pair to screen")
        found = tuple(finding for check in brief.checks if (finding := check(trail.pair, trail)))
        longer = trail.plus(findings=found)
        for finding in found:
            if finding.severity == "refuse":
                return longer.but(pair=None).ends(f"screened:{finding.check}", finding.reason)
        leaked = leaks.found(trail)
        return longer.ends("screened:context_leak", leaked) if leaked else longer.ends("paired", "earned")

    return stage
