"""Reward: pairs for a reward model, with a margin by which the chosen answer must win, where one is wanted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from constitution.dataset.rows import Row
from constitution.exports.formats import Format, Line, Source
from constitution.exports.said import first_of
from constitution.exports.taken import pair_traps
from constitution.exports.trl import REASONS, TOOLS, pair

CANNOT = (
    TOOLS,
    "with margin=p_chosen, rows of which no judge said how sure it is, or one that holds the rejected answer for the "
    "better one, or is held to be certain: they have no margin",
)
NOTE = (
    "margin=p_chosen adds the column margin: the log-odds log(p / (1 - p)) of p_chosen, which is what the difference "
    "of two rewards means to a Bradley-Terry model; TRL's RewardTrainer takes it off that difference (Touvron et al. "
    "2023, arXiv:2307.09288, 3.2.2). As long as nobody has calibrated the judges, it is only as good as their word."
)


def reward(*, margin: Literal["none", "p_chosen"] = "none") -> Format:
    """The format of TRL's ``RewardTrainer``; ``margin`` says what its column is made of, if there is to be one."""
    judged = margin == "p_chosen"
    return Format(
        purpose="reward models by TRL: prompt, chosen and rejected as lists of messages, and a margin if wanted",
        cannot=CANNOT,
        refusal=first_of(*REASONS, *([unsure] if judged else [])),
        lines=with_margin if judged else without_margin,
        note=NOTE,
        trap=pair_traps(*(["margin"] if judged else [])),
    )


def unsure(row: Row) -> str | None:
    """There is no margin to be had from what the judges said."""
    p = row.p_chosen
    if p is None:
        return "it has no p_chosen"
    if p >= 1:
        return "its p_chosen is 1, whose log-odds are infinite"
    return "its p_chosen is below one half: a margin would turn the pair round" if p < 0.5 else None


def without_margin(row: Row, source: Source) -> Sequence[Line]:
    """One line a pair, and no margin at all: one that is null in some row stops the trainer."""
    return [Line(pair(row))]


def with_margin(row: Row, source: Source) -> Sequence[Line]:
    """One line a pair, with the log-odds of ``p_chosen`` to six digits."""
    p = row.p_chosen or 0.5
    return [Line({**pair(row), "margin": round(math.log(p / (1 - p)), 6)})]
