"""The look at doubles: pairs and prompts that come twice, pairs that contradict each other, texts on both sides."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from constitution.auditing.buckets import Buckets
from constitution.auditing.finding import Finding, Tally
from constitution.auditing.seen import Place, Seen
from constitution.auditing.trap import Severity
from constitution.auditing.turns import content_of, messages_in

MOST_PAIRS = 4
"""Pairs of one prompt; with more, a few prompts outweigh the others."""
TRAINED_ON = "train"
HELD_OUT = ("test", "validation", "valid", "val", "dev", "eval")
"""Splits that tell how a model does on prompts that it has not seen, by the names they go by."""
Hashes = tuple[bytes, bytes, bytes, int]
"""Of prompt, chosen and rejected, and the number of the row."""


class Doubles:
    """Equal texts, found by hashes of 16 bytes that lie on disk; space between words does not tell texts apart."""

    name = "doubles"

    def __init__(self) -> None:
        self._rows = self._held_out = 0
        self._starts: list[tuple[int, str]] = []
        self._pairs = Buckets("16s16s16sQ")
        self._answers = Buckets("16s16s?Q")
        self._spaced = Tally()
        self._found: dict[str, Tally] = {}
        self._figures: dict[str, int] = {}
        self._most_rejected = 0

    def see(self, seen: Seen) -> None:
        """One more row; one whose sides say the same takes no part."""
        self._held_out += seen.place.split in HELD_OUT
        if not self._starts or self._starts[-1][1] != seen.place.file:
            self._starts.append((self._rows, seen.place.file))
        prompt, chosen, rejected = _hash(spelled(seen.prompt)), _hash(seen.chosen), _hash(seen.rejected)
        if chosen != rejected:
            self._pairs.add(prompt, chosen, rejected, self._rows)
            self._answers.add(chosen, prompt, True, self._rows)
            self._answers.add(rejected, prompt, False, self._rows)
        elif seen.chosen != seen.rejected:
            self._spaced.add(seen.name)
        self._rows += 1

    def findings(self) -> Iterator[Finding]:
        """Contradictions, doubles, prompts that come too often, answers that are right here and wrong there."""
        self._look()
        for name, severity, what, trainer, remedy, weight in SAID:
            tally = self._found[name]
            if tally.rows:
                of = self._held_out if name == "prompt-in-train" else self._rows
                yield Finding(
                    name, severity, what, trainer, remedy, tally.rows, of, tuple(tally.examples), weight=weight
                )

    def figures(self) -> dict[str, Any]:
        """Counts of rows and of prompts."""
        self._look()
        return {**self._figures, **{name.replace("-", "_"): tally.rows for name, tally in self._found.items()}}

    def _look(self) -> None:
        """All is counted, once."""
        if self._found:
            return
        self._found = {name: Tally() for name, *_ in SAID}
        self._found["space-alone"] = self._spaced
        prompts = most = 0
        for records in self._pairs.each():
            by_prompt: defaultdict[bytes, list[Hashes]] = defaultdict(list)
            for prompt, chosen, rejected, row in records:
                by_prompt[prompt].append((prompt, chosen, rejected, row))
            prompts += len(by_prompt)
            for group in by_prompt.values():
                most = max(most, len(group))
                self._look_at_prompt(group)
        for records in self._answers.each():
            self._look_at_answers(records)
        self._pairs.close()
        self._answers.close()
        self._figures = {
            "prompts": prompts,
            "most_pairs_of_a_prompt": most,
            "most_rows_of_a_rejected": self._most_rejected,
        }

    def _look_at_prompt(self, group: list[Hashes]) -> None:
        if len(group) > MOST_PAIRS:
            for _, _, _, row in group[MOST_PAIRS:]:
                self._found["prompt-too-often"].add(self._place(row))
        if self._held_out and len(group) > 1:
            splits = [self._place(row).split for *_, row in group]
            if TRAINED_ON in splits:
                for (*_, row), split in zip(group, splits, strict=True):
                    if split in HELD_OUT:
                        self._found["prompt-in-train"].add(self._place(row))
        ways = Counter((chosen, rejected) for _, chosen, rejected, _ in group)
        told: set[tuple[bytes, bytes]] = set()
        for _, chosen, rejected, row in group:
            if (rejected, chosen) in ways:
                self._found["contradiction"].add(self._place(row))
            if (chosen, rejected) in told:
                self._found["duplicate"].add(self._place(row))
            told.add((chosen, rejected))

    def _look_at_answers(self, records: list[tuple[Any, ...]]) -> None:
        """A text that is chosen for one prompt and rejected for another; within a prompt that is a ranking."""
        sides: defaultdict[bytes, tuple[set[bytes], set[bytes]]] = defaultdict(lambda: (set(), set()))
        for answer, prompt, is_chosen, _ in records:
            sides[answer][is_chosen].add(prompt)
        for answer, prompt, is_chosen, row in records:
            if not is_chosen and sides[answer][True] - {prompt}:
                self._found["answer-on-both-sides"].add(self._place(row))
        rejected = Counter(answer for answer, _, is_chosen, _ in records if not is_chosen)
        self._most_rejected = max(self._most_rejected, *rejected.values(), 0)

    def _place(self, row: int) -> Place:
        start, file = self._starts[bisect_right(self._starts, row, key=lambda each: each[0]) - 1]
        return Place(file, row - start + 1)


def spelled(prompt: Any) -> str:
    """A prompt as text that is equal where the prompts are."""
    if isinstance(prompt, list):
        return json.dumps([[str(item.get("role")), content_of(item)] for item in messages_in(prompt)])
    return prompt if isinstance(prompt, str) else ""


def _hash(text: str) -> bytes:
    return blake2b(" ".join(text.split()).encode("utf-8", "surrogatepass"), digest_size=16).digest()


Said = tuple[str, Severity, str, str, str, float]
SAID: tuple[Said, ...] = (
    (
        "contradiction", "error", "the same two answers to the same prompt, chosen the other way round in another row",
        "the two rows pull the model apart, and it learns from neither",
        "find out which is right, and drop the other; if nobody knows, drop both", 1.0,
    ),
    (
        "prompt-in-train", "warning", "rows of a held-out split whose prompt stands in the train split too",
        "what is measured on them is what the model remembers, and looks better than it is",
        "take these rows out of the held-out split, or out of train; run and data mix keep a prompt in one split", 1.0,
    ),
    (
        "space-alone", "warning", "answers that differ in space alone",
        "the model learns how to put spaces and line breaks", "drop the rows", 0.9,
    ),
    (
        "duplicate", "warning", "pairs that were there before",
        "each counts once more, and a copy in the test split makes its figures too good", "keep one of each", 0.5,
    ),
    (
        "prompt-too-often", "warning", f"more than {MOST_PAIRS} pairs of one prompt",
        "a few prompts outweigh the others", f"keep {MOST_PAIRS} pairs of a prompt at most", 0.3,
    ),
    (
        "answer-on-both-sides", "warning", "a rejected text that is chosen for another prompt",
        "nothing wrong in itself; with stock phrases, what is learned of the one is unlearned by the other",
        "look at the examples; drop rows whose answer does not depend on the prompt", 0.2,
    ),
)  # fmt: skip
"""Name, severity, what it is, what training makes of it, what to do, and how much of a row is lost."""
