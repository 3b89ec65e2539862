"""The look at shortcuts: how far one plain rule, without a word of the prompt, tells chosen from rejected.

A reward that is learned from pairs takes up what is cheap to see, first of all length: P. Singhal and others, "A long
way to go: investigating length correlations in RLHF" (arXiv:2310.03716).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from constitution.auditing.finding import Finding, Tally
from constitution.auditing.seen import Seen
from constitution.core.intervals import Interval, wilson

SLIGHT, STRONG = 0.60, 0.70
"""Up to the first, a rule that is right so often is no reason to worry; above the second a model will learn it."""
_REFUSES = re.compile(
    r"\b(?:I(?:'m| am) sorry|I apologi[sz]e|I can(?:'t|not)|I(?:'m| am) (?:not able|unable)|I won't|I will not"
    r"|as an AI|I must decline)\b",
    re.IGNORECASE,
)
_MARKS: Mapping[str, re.Pattern[str]] = {
    "list items": re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])[ \t]+\S", re.MULTILINE),
    "bold words": re.compile(r"\*\*[^*\n]+\*\*"),
    "headings": re.compile(r"^#{1,6} \S", re.MULTILINE),
    "code blocks": re.compile(r"^```", re.MULTILINE),
    "words of refusal": _REFUSES,
    "exclamation marks": re.compile("!"),
    "question marks": re.compile(r"\?"),
}


def _times(mark: re.Pattern[str]) -> Callable[[str], int]:
    return lambda text: sum(1 for _ in mark.finditer(text.replace("’", "'")))


RULES: Mapping[str, Callable[[str], int]] = {"characters": len, **{name: _times(mark) for name, mark in _MARKS.items()}}
"""What is counted in each answer; the rule says that chosen is the one with more."""


class Rule(NamedTuple):
    """How well "take the one with more" does."""

    name: str
    more: int
    """Rows in which chosen has more."""
    fewer: int
    rows: int

    @property
    def told_apart(self) -> int:
        """Rows about which the rule says anything."""
        return self.more + self.fewer

    @property
    def accuracy(self) -> float | None:
        """Where it says anything, how often it is right."""
        return self.more / self.told_apart if self.told_apart else None

    @property
    def interval(self) -> Interval:
        """Wilson's, at 95 %."""
        return wilson(self.more, self.told_apart)

    @property
    def leans(self) -> bool:
        """Whether the interval leaves out one half."""
        low, high = self.interval
        return not low <= 0.5 <= high

    @property
    def overall(self) -> float:
        """How often the better way round is right over all rows, where it is told and else by a coin."""
        best = max(self.more, self.fewer)
        return (best + (self.rows - self.told_apart) / 2) / self.rows if self.rows else 0.5

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        accuracy = self.accuracy
        return {
            "more_in_chosen": self.more,
            "more_in_rejected": self.fewer,
            "rows": self.rows,
            "accuracy": None if accuracy is None else round(accuracy, 4),
            "interval": [round(end, 4) for end in self.interval],
            "leans": self.leans,
        }


class Shortcuts:
    """Each rule, over all rows."""

    name = "shortcuts"

    def __init__(self) -> None:
        self._rows = 0
        self._more: dict[str, Tally] = {name: Tally() for name in RULES}
        self._fewer: dict[str, Tally] = {name: Tally() for name in RULES}

    def see(self, seen: Seen) -> None:
        """One more row."""
        self._rows += 1
        for name, count in RULES.items():
            chosen, rejected = count(seen.chosen), count(seen.rejected)
            if chosen != rejected:
                (self._more if chosen > rejected else self._fewer)[name].add(seen.name)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What each rule came to."""
        return tuple(Rule(name, self._more[name].rows, self._fewer[name].rows, self._rows) for name in RULES)

    def findings(self) -> Iterator[Finding]:
        """The rules that lean."""
        for rule in self.rules:
            if rule.leans:
                side = self._more if rule.more > rule.fewer else self._fewer
                yield _finding(rule, tuple(side[rule.name].examples))

    def figures(self) -> dict[str, Any]:
        """Each rule with its counts, accuracy and interval."""
        return {rule.name.replace(" ", "_"): rule.as_json() for rule in self.rules}


def _finding(rule: Rule, examples: tuple[str, ...]) -> Finding:
    more = rule.more > rule.fewer
    right = max(rule.more, rule.fewer)
    low, high = wilson(right, rule.told_apart)
    strength = "slight" if rule.overall <= SLIGHT else "clear" if rule.overall <= STRONG else "strong"
    length = rule.name == "characters"
    return Finding(
        "length" if length else f"style: {rule.name}",
        "warning",
        f"a {strength} leaning: the answer with {'more' if more else 'fewer'} {rule.name} is the chosen one",
        "a model takes the shortcut before it takes the lesson" if strength != "slight" else "little, by itself",
        LEVEL if length else "add pairs that go the other way, or write chosen and rejected in one style",
        right, rule.told_apart, examples,
        f"right in {right:,} of the {rule.told_apart:,} rows that it tells apart (of {rule.rows:,}): "
        f"{right / rule.told_apart:.1%}, with 95 % between {low:.1%} and {high:.1%}",
        weight=(2 * rule.overall - 1) * rule.told_apart / right,
    )  # fmt: skip


LEVEL = (
    "choose as many pairs whose chosen is the shorter as the longer; else train with a loss that divides by length "
    "(sigmoid_norm of TRL) or set ld_alpha"
)
