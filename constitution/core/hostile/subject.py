"""What a prompt is about: where it asks for judging, an answer that speaks of judges and verdicts does as told."""

from __future__ import annotations

from constitution.core.hostile.folding import Reading
from constitution.core.hostile.lexicon import TOKEN, kinds_in
from constitution.core.hostile.words import Word

_JUDGING = int(Word.JUDGE | Word.VERDICT)
_NEAR_IT = _JUDGING | int(Word.OVERRIDE | Word.RULE)
_ABOUT = ("injection", "jailbreak", "attack", "compare")
_STEM = 5
"""Letters by which a judge and judges, a grader and grading are the same."""


def about_judging(asked: Reading, *, nearly: bool = False) -> bool:
    """Whether the prompt speaks of judges, verdicts or injection; ``nearly`` also where of rules and their breach."""
    kinds = kinds_in(asked.folded, latin=asked.text.isascii())
    return bool(kinds & (_NEAR_IT if nearly else _JUDGING)) or any(word in asked.folded for word in _ABOUT)


def judges_of(asked: Reading) -> frozenset[str]:
    """The stems of the judges that the prompt speaks of: in an answer they are its subject, and not its reader."""
    tokens = set(TOKEN.findall(asked.folded))
    return frozenset(token[:_STEM] for token in tokens if kinds_in(token, latin=True) & Word.JUDGE)


def is_one_of(word: str, judges: frozenset[str]) -> bool:
    """Whether a word of an answer is one of these."""
    return word[:_STEM] in judges
