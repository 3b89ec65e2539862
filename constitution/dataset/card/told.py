"""What the card tells of pairs and prompts: how pairs came about, how prompts ended, what each column says."""

from __future__ import annotations

from collections.abc import Mapping

from constitution.core.fates import meaning_of
from constitution.dataset.columns import ARMS, COLUMNS
from constitution.dataset.counts import Counts
from constitution.dataset.markdown import cell, table
from constitution.dataset.saying import per_cent


def evidence(counts: Counts) -> str:
    """How the pairs came about, and how far what was found explains what changed."""
    found = counts.evidence
    made = table(("chosen over rejected", "rows"), counts.arms.items())
    arms = dict.fromkeys(arm for both in counts.arms for arm in both.split(" over "))
    meanings = listed({arm: ARMS.get(arm, "an arm of the recipe's own") for arm in arms})
    new = "stands neither in the prompt nor in a text that was revised" if found["aligned"] else "is not in the prompt"
    told = (
        f"The judge turned round what was claimed in {counts.flipped} of {counts.rows} rows. Words that break a "
        f"principle are quoted in {found['quotes']}, a demand of the prompt that was left out in {found['omissions']}. "
        f"{_changes(found)}Chosen answers with new names: {found['new_names']}, with new numbers: "
        f"{found['new_numbers']}; new is what {new}. "
        "All of it is in the column `evidence`."
    )
    judged = counts.unjudged < counts.rows  # else nobody looked for anything, and zeros would say that none was found
    return "\n\n".join(part for part in (made, meanings, told if judged else "") if part)


def _changes(found: Mapping[str, int]) -> str:
    """What changed in answers that were revised; nothing where none was."""
    if not found["aligned"]:
        return ""
    share = f" ({per_cent(found['unexplained_words'] / found['changed_words'])})" if found["changed_words"] else ""
    return (
        f"In {found['aligned']} the chosen answer was revised from the rejected one: of {found['changed_words']} words "
        f"that changed, no violation that was found explains {found['unexplained_words']}{share}. "
    )


def funnel(counts: Counts) -> str:
    """Every prompt has one fate, and they add up."""
    fates = sorted(counts.fates.items(), key=lambda item: (item[0] != "paired", -item[1], item[0]))
    splits = ", ".join(f"{split} {rows}" for split, rows in counts.splits.items())
    total = table(("fate", "prompts"), [*fates, ("all", counts.prompts)])
    meanings = listed({fate: meaning_of(fate) for fate, _ in fates})
    rest = f"Rows by split: {splits}. What made no row is listed in `provenance/dropped.parquet`."
    return "\n\n".join(part for part in (total, meanings, rest) if part)


def columns() -> str:
    """What each column says."""
    return table(("column", "what it says"), COLUMNS.items(), words=True)


def listed(told: Mapping[str, str]) -> str:
    """A line for each name that has a meaning."""
    return "\n".join(f"- {cell(name)}: {cell(meaning)}" for name, meaning in told.items() if meaning)
