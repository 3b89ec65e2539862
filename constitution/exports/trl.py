"""TRL: pairs for ``DPOTrainer`` as conversations with the prompt written out (TRL's dataset_formats.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constitution.dataset.rows import Row
from constitution.exports.formats import Facts, Format, Line, Source
from constitution.exports.said import (
    first_of,
    messages,
    more_than_text,
    no_question,
    nothing_said,
    same_answers,
    several_answers,
)
from constitution.exports.taken import pair_traps

TOOLS = (
    "tool calls and names of speakers: JSON Lines in which only some messages have such keys do not load for sure; "
    "TRL trains on the dataset folder itself, which keeps them"
)
CANNOT = (
    TOOLS,
    "how sure the judges were: DPO knows neither a weight nor a margin for each row",
)
REASONS = (more_than_text, several_answers, nothing_said, no_question, same_answers)
TEXTS_ALONE = first_of(*REASONS)


def trl() -> Format:
    """The format of TRL's ``DPOTrainer``; ``pair_id`` goes along, which it passes over."""
    return Format(
        purpose="DPO by TRL (and by Unsloth, which uses it): prompt, chosen and rejected, each a list of messages",
        cannot=CANNOT,
        refusal=TEXTS_ALONE,
        lines=lines,
        hints=robust,
        trap=pair_traps(),
    )


def lines(row: Row, source: Source) -> Sequence[Line]:
    """One line a pair."""
    return [Line(pair(row))]


def pair(row: Row) -> dict[str, Any]:
    """The three texts, and by what name their labels are found again."""
    return {
        "pair_id": row.pair_id,
        "prompt": messages(row.prompt),
        "chosen": messages(row.chosen),
        "rejected": messages(row.rejected),
    }


def robust(facts: Facts) -> Mapping[str, Any]:
    """Settings of ``DPOConfig`` for labels that may be wrong: robust DPO (Chowdhury et al. 2024, arXiv:2403.00409).

    It takes one probability of a wrong label for the whole run, below one half: the mean of what the rows say, where
    most of them say one.
    Plain ``sigmoid`` passes ``label_smoothing`` over without a word.
    """
    if facts.p_flip is None or not 0 < facts.p_flip < 0.5 or facts.p_known * 2 < facts.rows:
        return {}
    measured = "measured against people" if facts.p_calibrated == facts.p_known else "held within bounds, not measured"
    return {
        "DPOConfig": {"loss_type": "robust", "label_smoothing": round(facts.p_flip, 4)},
        "why": f"mean of 1 - p_chosen over {facts.p_known:,} of {facts.rows:,} rows; {measured}; advice, not a finding",
    }
