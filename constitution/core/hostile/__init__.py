"""Hostile text: signs that an answer or a prompt was written to sway its critic or judge, one kind a file.

The patterns take linear time. A sign is a suspicion, good enough to hold a row out, and never a verdict. Of 271 attacks
written by somebody who had not seen the patterns, 179 (66%) were found at first sight, and 269 once each class that
slipped through was mended: new wordings will do better than the second number says. Of 2,312 answers of people's
assistants (HH harmless, dev), 13 were held out: 10 hold turns of "Human:", 3 announce an answer and give none.
"""

from __future__ import annotations

from collections.abc import Callable

from constitution.core.hostile.encoded import encoded
from constitution.core.hostile.fences import fences
from constitution.core.hostile.folding import Reading
from constitution.core.hostile.nothing import nothing
from constitution.core.hostile.orders import orders, orders_in_prompt
from constitution.core.hostile.roles import roles
from constitution.core.hostile.sign import Sign
from constitution.core.hostile.unseen import look_alikes, unseen
from constitution.core.hostile.verdicts import verdicts

Detector = Callable[[Reading, Reading], Sign | None]
DETECTORS: tuple[Detector, ...] = (nothing, unseen, look_alikes, fences, roles, verdicts, orders, encoded)
"""Each is given the answer and what was asked; in the order in which they are tried."""
LONGEST = 400_000
"""Characters of a text that are looked through, some 100,000 tokens; a longer one is a sign itself."""

__all__ = ["DETECTORS", "LONGEST", "Detector", "Reading", "Sign", "sign_in_answer", "sign_in_prompt"]


def sign_in_answer(text: str, asked: str = "") -> Sign | None:
    """The first sign in an answer; what the prompt ``asked`` holds itself is no evidence against it."""
    if len(text) > LONGEST:
        return Sign("too_long", text[:40])
    answer, prompt = Reading(text), Reading(asked[:LONGEST])
    return next((sign for detector in DETECTORS if (sign := detector(answer, prompt))), None)


def sign_in_prompt(text: str) -> Sign | None:
    """The first words of a prompt that are meant for a reviewer of its answer: prompts may hold all else."""
    return Sign("too_long", text[:40]) if len(text) > LONGEST else orders_in_prompt(Reading(text))
