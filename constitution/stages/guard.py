"""Guard: holds out prompts and answers that speak to their critic or judge, before anybody is asked about them."""

from __future__ import annotations

from constitution.core.asking import Asking, Stage
from constitution.core.hostile import sign_in_answer, sign_in_prompt
from constitution.core.records import Prompt
from constitution.core.trail import Trail
from constitution.stages.brief import Brief
from constitution.stages.leak import Leaks

KEEP = "; where that is meant, use a recipe of your own without the stage guard and the check injection"
"""What is to be done about a row that was held out and should not be."""


def guard(brief: Brief) -> Stage:
    """The trail as it is, or ended ``screened:injection`` with the kind of sign and the words that show it.

    Looked at are the responses so far (before any, the prompt's own candidates), and the prompt, in which only words
    that name a reviewer count. What the prompt holds is no evidence against an answer to it; words of our own templates
    are, for they are shaped to be read as ours. The reason ends with how such a row is kept.
    """

    leaks = Leaks(brief)

    def stage(trail: Trail) -> Asking[Trail]:
        yield from ()  # asks nothing, and is a conversation all the same
        asked = asked_in(trail.prompt)
        sign = sign_in_prompt(asked)
        if sign:
            return trail.ends("screened:injection", f"the prompt holds {sign}{KEEP}")
        answers = [each.text for each in trail.responses] or [each.text for each in trail.prompt.candidates]
        for place, answer in enumerate(answers, 1):
            sign = sign_in_answer(answer, asked)
            if sign:
                return trail.ends("screened:injection", f"answer {place} holds {sign}{KEEP}")
            ours = leaks.of_templates(answer, asked)
            if ours:
                return trail.ends("screened:injection", f"answer {place} holds words of a template: {ours}{KEEP}")
        return trail

    return stage


def asked_in(prompt: Prompt) -> str:
    """All messages of the prompt as one text."""
    return "\n".join([message.content for message in prompt.messages])
