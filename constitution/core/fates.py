"""Fates: how a prompt may end, and what each means; every prompt has exactly one, and they add up."""

from __future__ import annotations

from collections.abc import Mapping

FATES: Mapping[str, str] = {
    "paired": "it became a preference pair",
    "no_violation": "no principle is broken by the answer that was held to them",
    "not_applicable": "no principle that was asked about applies to it",
    "undecided": "critic or judge could not settle it",
    "refused": "the model refused to answer",
    "truncated": "an answer was cut off",
    "empty": "an answer was empty",
    "screened": "it was held out by a check, or by what the recipe asks for",
    "gated": "it was left out when the dataset was curated",
    "ruled_out": "a person ruled it out",
    "fault": "something failed while it was made",
}
"""Fate, without what follows a colon, to its meaning; in the order in which they are shown."""

SCREENED: Mapping[str, str] = {
    "select": "the recipe does not want such prompts",
    "duplicate_prompt": "the same prompt stands earlier in the source",
    "no_candidate": "its row brings fewer answers along than the recipe needs",
    "injection": "its prompt or an answer speaks to the critic or the judge",
    "context_leak": "an answer, or a critique, repeats what only the models were told",
    "execution": "the command that the recipe runs on the answers did not agree",
    "benign": "the recipe is not meant for benign prompts",
    "borderline": "the recipe is not meant for borderline prompts",
    "harmful": "the recipe is not meant for harmful prompts",
}
"""What follows ``screened:`` where it is not the name of a check, to its meaning."""


def meaning_of(fate: str) -> str:
    """What the fate means, what follows its colon included where that is known.

    >>> meaning_of("screened:select"), meaning_of("screened:length_ratio"), meaning_of("elsewhere")
    ('the recipe does not want such prompts', 'the check length_ratio turned it away', '')
    """
    head, _, rest = fate.partition(":")
    if head == "screened" and rest:
        return SCREENED.get(rest, f"the check {rest} turned it away")
    return FATES.get(head, "")
