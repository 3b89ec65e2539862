"""An answer speaks to whoever reviews it, or is made to look like something else than an answer."""

from __future__ import annotations

from constitution.core.hostile import sign_in_answer
from constitution.core.trail import Finding, Pair, Trail


def injection(pair: Pair, trail: Trail) -> Finding | None:
    """Refuses a side with a sign of injection that the prompt does not hold: a row won by words to the judge
    teaches them."""
    asked = "\n".join(message.content for message in trail.prompt.messages)
    for side, response in (("chosen", pair.chosen), ("rejected", pair.rejected)):
        sign = sign_in_answer(response.text, asked)
        if sign:
            return Finding(check="injection", severity="refuse", reason=f"the {side} answer holds {sign}")
    return None
