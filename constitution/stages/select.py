"""Select: lets through the prompts that a recipe is meant for, and asks nothing."""

from __future__ import annotations

from constitution.core.asking import Asking, Stage
from constitution.core.records import Intent
from constitution.core.trail import Trail
from constitution.stages.brief import Brief


def select(
    brief: Brief,
    *,
    intents: tuple[Intent, ...] = (),
    tags: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
    most_turns: int | None = None,
) -> Stage:
    """The trail as it is, or ended ``screened:select`` with what its prompt does not meet.

    An empty setting asks for nothing; a prompt that does not say a thing does not meet what asks for it.
    """

    def stage(trail: Trail) -> Asking[Trail]:
        yield from ()  # asks nothing, and is a conversation all the same
        prompt = trail.prompt
        problems = [
            f"intent {prompt.intent}" if intents and prompt.intent not in intents else "",
            "none of the tags" if tags and not set(tags) & set(prompt.tags) else "",
            f"language {prompt.language}" if languages and prompt.language not in languages else "",
            f"{prompt.turns} turns" if most_turns is not None and prompt.turns > most_turns else "",
        ]
        found = next(filter(None, problems), None)
        return trail.ends("screened:select", found) if found else trail

    return stage
