"""Screen: the recipe's checks look at the pair; one that refuses ends the trail."""

from __future__ import annotations

from constitution.core.asking import Asking, Stage
from constitution.core.trail import Trail
from constitution.stages.brief import Brief


def screen(brief: Brief) -> Stage:
    """The trail ends ``paired``, or ``screened:<check>`` by the first check that refuses; warnings are kept."""

    def stage(trail: Trail) -> Asking[Trail]:
        yield from ()  # asks nothing, and is a conversation all the same
        if trail.pair is None:
            return trail.ends("undecided", "there is no pair to screen")
        found = tuple(finding for check in brief.checks if (finding := check(trail.pair, trail)))
        longer = trail.plus(findings=found)
        for finding in found:
            if finding.severity == "refuse":
                return longer.but(pair=None).ends(f"screened:{finding.check}", finding.reason)
        return longer.ends("paired", "earned")

    return stage
