"""KTO: each answer by itself with a thumb up or down, two lines a pair (Ethayarajh et al. 2024, arXiv:2402.01306)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from constitution.dataset.rows import Row
from constitution.exports.formats import Facts, Format, Line, Source
from constitution.exports.said import messages
from constitution.exports.taken import names_taken
from constitution.exports.trl import TEXTS_ALONE, TOOLS

CANNOT = (
    "that two answers belong to one pair: each line stands alone, and pair_id, which the trainer passes over, says it",
    "how sure the judges were",
    TOOLS,
)
NOTE = (
    "good and bad answers alternate, and the two of a pair stand half a file apart: TRL's KTOTrainer reads lines in "
    "their order and estimates its KL term from prompts beside answers of the line before, which must not be answers "
    "to the same prompt; keep the order, and an even per_device_train_batch_size"
)


def kto() -> Format:
    """The format of TRL's ``KTOTrainer``: prompt, completion, label; good and bad ones alternate."""
    return Format(
        purpose="KTO by TRL: prompt and completion as lists of messages, and whether the answer is a good one",
        cannot=CANNOT,
        refusal=TEXTS_ALONE,
        lines=lines,
        note=NOTE,
        weaves=True,
        hints=weights,
        trap=names_taken("completion", "label"),
    )


def lines(row: Row, source: Source) -> Sequence[Line]:
    """Two lines a pair."""
    asked = {"pair_id": row.pair_id, "prompt": messages(row.prompt)}
    return [
        Line({**asked, "completion": messages(row.chosen), "label": True}, "chosen"),
        Line({**asked, "completion": messages(row.rejected), "label": False}, "rejected"),
    ]


def weights(facts: Facts) -> Mapping[str, Any]:
    """Settings of ``KTOConfig`` under which both kinds weigh the same: what is fewer weighs more."""
    good, bad = facts.sides.get("chosen", 0), facts.sides.get("rejected", 0)
    if not good or not bad:
        return {}
    return {
        "KTOConfig": {
            "desirable_weight": round(max(1.0, bad / good), 4),
            "undesirable_weight": round(max(1.0, good / bad), 4),
        },
        "why": f"{good:,} good answers and {bad:,} bad ones; by TRL's documentation the good ones may weigh 4/3 in all",
    }
