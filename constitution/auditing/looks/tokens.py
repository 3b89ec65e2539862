"""The trainer's eye: what is left of each row after chat template and truncation, and where its sides part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from constitution.auditing.finding import Finding, Tally
from constitution.auditing.looks.lengths import Spread
from constitution.auditing.seen import Seen
from constitution.auditing.tokenizing import Tokenizer, Tokens, Unfit, shared_length

MAX_LENGTH = 1024
"""Tokens of prompt and completion together: the default of TRL 1.16."""
LINES = ("prompt", "chosen", "rejected", "kept_chosen", "kept_rejected", "first_divergence", "shared")


class Eye:
    """What a DPO trainer of TRL 1.16 sees with this tokenizer and length, cutting at the end (``keep_start``)."""

    name = "tokens"

    def __init__(
        self, tokenizer: Tokenizer, max_length: int = MAX_LENGTH, told: Callable[[dict[str, Any]], None] | None = None
    ) -> None:
        self._tokenizer = tokenizer
        self._max = max_length
        self._told = told
        self._rows = 0
        self._said = ""
        self._lost = 0
        self._tallies = {name: Tally() for name in ("unfit", "dropped", "gone", "cut", "one", "last", "lost")}
        self._spreads = {name: Spread() for name in ("prompt", "chosen", "rejected", "needed", "first_divergence")}
        self._shared = self._longer = 0

    def see(self, seen: Seen) -> None:
        """One more row; ``told`` is handed its line, if there is one to tell."""
        self._rows += 1
        try:
            tokens = self._tokenizer.tokens_of(seen.row)
        except Unfit as error:
            self._said = self._said or str(error)
            self._tallies["unfit"].add(seen.name)
            line: dict[str, Any] = {"fate": "unfit", "why": str(error)}
        else:
            line = self._look(tokens, seen.name)
        if self._told is not None:
            self._told({"row": str(seen.place), "pair_id": seen.row.get("pair_id"), **line})

    def _look(self, tokens: Tokens, name: str) -> dict[str, Any]:
        prompt, chosen, rejected = len(tokens.prompt), len(tokens.chosen), len(tokens.rejected)
        kept, other = tokens.cut(self._max)
        self._spreads["prompt"].add(prompt)
        self._spreads["needed"].add(prompt + max(chosen, rejected))
        first, shared = _meeting(kept, other)
        if tokens.lost:
            self._tallies["lost"].add(name)
            self._lost = max(self._lost, tokens.lost)
        if prompt >= self._max:
            fate = "dropped"
        else:
            fate = "gone" if kept == other else "cut" if prompt + max(chosen, rejected) > self._max else "whole"
            self._spreads["chosen"].add(len(kept))
            self._spreads["rejected"].add(len(other))
        if fate in self._tallies:
            self._tallies[fate].add(name)
        if fate in ("cut", "whole"):
            self._parted(kept, other, first, shared, name)
        told = (prompt, chosen, rejected, len(kept), len(other), None if fate in ("gone", "dropped") else first, shared)
        return {"fate": fate, **dict(zip(LINES, told, strict=True))}

    def _parted(self, kept: Sequence[int], other: Sequence[int], first: int, shared: int, name: str) -> None:
        longer = max(len(kept), len(other))
        self._spreads["first_divergence"].add(first)
        self._shared += shared
        self._longer += longer
        if longer - first == 1:
            self._tallies["last"].add(name)
        if longer - shared == 1:
            self._tallies["one"].add(name)

    def findings(self) -> Iterator[Finding]:
        """What the trainer raises at, drops, cuts, or cannot tell apart."""
        more = {
            "unfit": self._said,
            "gone": f"at {self._max:,} tokens",
            "dropped": f"prompts of {self._max:,} tokens and more",
            "cut": f"more than {self._max:,} tokens; the longest row has {self._spreads['needed'].quantile(1) or 0:,}",
            "lost": f"tokens of the prompt that are left out: up to {self._lost:,}",
        }
        for key, name, severity, what, trainer, remedy, weight in SAID:
            tally = self._tallies[key]
            if tally.rows:
                error = severity == "error" or (key == "dropped" and tally.rows == self._rows)  # nothing is left
                yield Finding(
                    name, "error" if error else "warning", what, trainer, remedy, tally.rows, self._rows,
                    tuple(tally.examples), more.get(key, ""), weight,
                )  # fmt: skip

    def figures(self) -> Mapping[str, Any]:
        """Tokens of prompts and of sides as they are trained on, what a row needs to stay whole, where sides part."""
        return {
            "max_length": self._max,
            **{name: spread.told() for name, spread in self._spreads.items()},
            "shared": round(self._shared / self._longer, 4) if self._longer else None,
            "rows": {name: tally.rows for name, tally in self._tallies.items()},
        }


def _meeting(one: Sequence[int], other: Sequence[int]) -> tuple[int, int]:
    """Where two completions part, counted from their start; and how many tokens they share, at both ends."""
    first = shared_length(one, other)
    last = shared_length(one[first:][::-1], other[first:][::-1])
    return first, first + last


SAID = (
    (
        "unfit", "does-not-tokenize", "error", "rows that tokenizer or chat template do not take",
        "the trainer raises at the first of them",
        "mend the rows, or name the tokenizer or the --chat-template that they are for", 1.0,
    ),
    (
        "gone", "does-not-survive", "error", "chosen and rejected that are equal after template and truncation",
        "it trains on them without a word; there is nothing to learn",
        "raise max_length, shorten prompts, or drop the rows", 1.0,
    ),
    (
        "dropped", "prompt-too-long", "warning", "prompts that leave no room for an answer",
        "TRL 1.16 drops these rows without a word", "raise max_length, or shorten the prompts", 1.0,
    ),
    (
        "cut", "side-cut", "warning", "answers that are cut off",
        "the model never sees how they end, nor that they do", "raise max_length, or leave long answers out", 0.5,
    ),
    (
        "lost", "prompt-not-a-prefix", "warning", "prompts whose end is rendered otherwise before an answer",
        "TRL 1.16 leaves that end out: the model trains on another context than it answers in, such as one without the "
        "assistant's header",
        "use a chat template that renders the prompt the same way alone; see that no prompt is repeated in an answer",
        0.6,
    ),
    (
        "one", "one-token", "warning", "sides that differ in one token alone",
        "all that is learned hangs on that token", "look whether it is what the pair was made for", 0.2,
    ),
    (
        "last", "last-token", "warning", "sides that differ in their last token alone",
        "what is learned is how to end", "look whether one side was cut short when it was made", 0.3,
    ),
)  # fmt: skip
"""Key, name, severity, what it is, what the trainer makes of it, what to do, and how much of a row is lost."""
