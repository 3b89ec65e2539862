"""Words to a reviewer: a text under review that says how it is to be judged, in any of some thirty languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from constitution.core.hostile.folding import Reading
from constitution.core.hostile.lexicon import hits, kinds_in
from constitution.core.hostile.sign import Sign
from constitution.core.hostile.subject import about_judging, is_one_of, judges_of
from constitution.core.hostile.words import Word

W = Word
RULES: tuple[tuple[Word, int], ...] = (
    (W.OVERRIDE | W.ORDER | W.BEFORE, 8),
    (W.OVERRIDE | W.RULE | W.BEFORE, 8),
    (W.OVERRIDE | W.VERDICT | W.RULE, 12),
    (W.JUDGE | W.OVERRIDE | W.RULE, 14),
    (W.JUDGE | W.OVERRIDE | W.ORDER, 14),
    (W.JUDGE | W.OVERRIDE | W.ANSWER, 14),
    (W.JUDGE | W.CHOOSE | W.ANSWER | W.THIS, 16),
    (W.JUDGE | W.CHOOSE | W.ANSWER | W.CALL, 16),
    (W.JUDGE | W.ANSWER | W.THIS | W.CALL, 12),
    (W.JUDGE | W.CHOOSE | W.STATE, 16),
    (W.JUDGE | W.CHOOSE | W.VERDICT | W.BEST | W.CALL, 16),
    (W.JUDGE | W.CHOOSE | W.VERDICT | W.BEST | W.THIS, 16),
    (W.JUDGE | W.CHOOSE | W.ME | W.CALL, 10),
    (W.JUDGE | W.DONE | W.ANSWER | W.THIS, 12),
    (W.JUDGE | W.DONE | W.STATE, 12),
    (W.JUDGE | W.KEEPS | W.RULE, 12),
    (W.JUDGE | W.NONE | W.STATE, 5),
    (W.CHOOSE | W.ANSWER | W.THIS | W.BEST, 10),
    (W.CHOOSE | W.ANSWER | W.THIS | W.VERDICT, 10),
    (W.CHOOSE | W.VERDICT | W.STATE, 12),
    (W.VERDICT | W.STATE, 3),
    (W.NONE | W.STATE | W.THIS, 8),
    (W.NONE | W.STATE | W.ANSWER, 10),
    (W.NONE | W.STATE | W.REVIEW, 10),
    (W.NONE | W.STATE | W.BLAME, 5),
    (W.CHOOSE | W.NONE | W.VERDICT, 4),
    (W.ANSWER | W.VERDICT | W.BEST, 14),
    (W.ANSWER | W.THIS | W.BEST, 5),
    (W.NOT | W.BLAME | W.STATE, 5),
    (W.NOT | W.BLAME | W.THIS | W.ANSWER, 5),
    (W.NOT | W.BLAME | W.THIS | W.ME, 2),
    (W.ANSWER | W.THIS | W.STATE, 10),
    (W.ANSWER | W.DONE | W.STATE, 10),
    (W.ANSWER | W.STATE | W.RULE, 12),
    (W.ANSWER | W.THIS | W.KEEPS | W.RULE, 10),
    (W.VERDICT | W.STATE | W.RULE, 12),
    (W.ANSWER | W.THIS | W.DONE | W.RULE, 12),
    (W.PICK | W.ANSWER | W.THIS, 4),
    (W.PICK | W.THIS | W.ME, 2),
    (W.PICK | W.THIS | W.VERDICT, 4),
    (W.WINS | W.ANSWER | W.THIS, 8),
    (W.NAMED | W.CHOOSE, 6),
    (W.NAMED | W.PICK, 6),
    (W.NAMED | W.EXEMPT, 6),
    (W.NAMED | W.NONE | W.VERDICT, 6),
    (W.NAMED | W.WINS, 6),
    (W.NAMED | W.VERDICT | W.BEST, 6),
    (W.NAMED | W.FAULT | W.NONE, 10),
    (W.JUDGE | W.EXEMPT, 6),
    (W.JUDGE | W.BLAME | W.THIS, 6),
    (W.JUDGE | W.FAULT | W.NONE | W.CALL, 10),
    (W.JUDGE | W.WINS | W.THIS, 10),
    (W.ANSWER | W.EXEMPT | W.REVIEW, 14),
    (W.ANSWER | W.DONE | W.NOT | W.REVIEW, 16),
    (W.NOT | W.BLAME | W.FAULT | W.THIS, 6),
    (W.BLAME | W.NONE | W.FAULT, 3),
    (W.CHOOSE | W.STATE | W.ME, 6),
    (W.ANSWER | W.AMENDED | W.RULE, 16),
    (W.STATE | W.AMENDED | W.RULE, 16),
    (W.REVIEW | W.NONE | W.RULE, 12),
    (W.JUDGE | W.CHOOSE | W.OPTION, 8),
    (W.JUDGE | W.ANSWER | W.BEST, 14),
    (W.JUDGE | W.CHOOSE | W.VERDICT | W.BEST, 6),
    (W.TURN | W.CHOOSE | W.ME, 6),
    (W.TURN | W.EXEMPT, 6),
    (W.TURN | W.CALL | W.VERDICT, 12),
    (W.REVIEW | W.RULE | W.CHOOSE | W.THIS, 14),
    (W.CALL | W.CHOOSE | W.THIS | W.VERDICT, 2),
    (W.RULE | W.CHOOSE | W.ANSWER, 7),
    (W.NOT | W.STATE | W.FAULT | W.THIS, 6),
    (W.PICK | W.BEST | W.ME | W.THIS, 8),
    (W.CHOOSE | W.NONE | W.RULE | W.KEEPS, 8),
    (W.WINS | W.THIS | W.ME, 6),
    (W.VERDICT | W.THIS | W.ANSWER, 3),
    (W.NOT | W.PICK | W.ANSWER | W.THIS, 16),
    (W.REVIEW | W.ANSWER | W.THIS, 5),
    (W.JUDGE | W.VERDICT | W.BEST | W.ME | W.THIS, 14),
    (W.JUDGE | W.NONE | W.STATE | W.DONE, 14),
    (W.TURN | W.CHOOSE | W.ANSWER, 12),
    (W.TURN | W.JUDGE, 10),
    (W.TURN | W.ANSWER | W.THIS, 10),
    (W.TURN | W.CHOOSE | W.VERDICT, 12),
    (W.TURN | W.ANSWER | W.THIS | W.WORSE, 14),
    (W.TURN | W.JUDGE | W.VERDICT, 12),
)  # fmt: skip
"""What kinds of words together are an order or a claim to a reviewer, and within how many words of each other."""

Rules = tuple[tuple[Word, int], ...]
CALLED: Rules = tuple((needed | W.NAMED, within) for needed, within in RULES if needed & (W.JUDGE | W.NAMED))
"""Those that call a reviewer by name: what an order in a prompt must be, for prompts are full of other orders."""
STRONG: Rules = tuple(rule for rule in RULES if rule[0] & (W.JUDGE | W.OVERRIDE | W.TURN | W.DONE | W.BLAME))
"""Those that say more than that one answer is better than another."""
A_WORD, MORE = 6, 12
"""Characters that a word and its space have, by which near and far are told (not all scripts have spaces), and how many
more the last word of all may have."""
_TASK = int(W.JUDGE | W.VERDICT)
_JUDGE = int(W.JUDGE | W.NAMED)
_SENTENCE = re.compile(r"[.!?。！？](?:\s|$)|[。！？\n]")
"""Where a sentence ends."""
_PART, _OVER = 20_000, 300


def orders(text: Reading, asked: Reading) -> Sign | None:
    """Words to a reviewer in an answer, if there are any.

    Words that the prompt holds are none; where the prompt itself is about judging or such orders, neither are words
    in quotes, nor those that speak of answers and marks alone, nor the judges that it speaks of itself. An answer may
    quote them, too, that names injection.
    """
    found = _found(text, RULES, asked.folded)
    if found and about_judging(asked, nearly=True):
        return _found(text, STRONG, asked.folded, quotes=False, judges=judges_of(asked))
    if found and "injection" in text.folded:
        return _found(text, RULES, asked.folded, quotes=False)
    return found


def orders_in_prompt(prompt: Reading) -> Sign | None:
    """Words in a prompt that call a reviewer by name and say how to judge, after a sentence about something else.

    A prompt that is about judging from its first sentence on sets a task, and so do words in quotes: to grade an essay
    is what many prompts ask for. Little is lost, since both answers are judged under the same prompt: an order to
    choose by position is a tie, and one to find no fault makes no pair.
    """
    first = _SENTENCE.search(prompt.folded)
    if not first or kinds_in(prompt.folded[: first.start()], latin=prompt.text.isascii()) & _TASK:
        return None
    return _found(prompt, CALLED, prompt.folded[: first.start()], quotes=False)


def _found(
    text: Reading, rules: Rules, asked: str, *, quotes: bool = True, judges: frozenset[str] = frozenset()
) -> Sign | None:
    """The first words that keep a rule; with ``quotes`` also such as stand in quotes, and without these ``judges``."""
    latin = text.text.isascii()
    for start in range(0, max(1, len(text.folded)), _PART):
        part = text.folded[max(0, start - _OVER) : start + _PART]
        there = kinds_in(part, latin=latin)
        possible = [(int(needed), within) for needed, within in rules if int(needed) & there == int(needed)]
        if not possible:
            continue
        for first, last in _kept(part, possible, latin=latin, judges=judges):
            if part[first:last] not in asked and (quotes or not (_quoted(part, first) or _quoted(part, last))):
                moved = max(0, start - _OVER)
                return Sign("orders", text.quote(moved + first, moved + last))
    return None


def _kept(
    folded: str, rules: list[tuple[int, int]], *, latin: bool, judges: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Where words stand that together keep one of the rules."""
    wanted = 0
    for needed, _ in rules:
        wanted |= needed
    bits = [1 << place for place in range(wanted.bit_length()) if wanted >> place & 1]
    last: dict[int, int] = {}
    seen = 0
    for start, end, kind in hits(folded, latin=latin, wanted=wanted):
        if judges and kind & _JUDGE and is_one_of(folded[start:end], judges):
            kind &= ~_JUDGE
        for bit in bits:
            if kind & bit:
                last[bit] = start
        seen |= kind
        for needed, within in rules:
            if kind & needed and seen & needed == needed:
                first = min([place for bit, place in last.items() if bit & needed])
                if end - first <= within * A_WORD + MORE:
                    yield first, end


def _quoted(folded: str, place: int) -> bool:
    """Whether quotes are open at this place, as far as 300 characters tell."""
    before, after = folded[max(0, place - 300) : place], folded[place : place + 300]
    single = before.rpartition(" '")[2]
    return (before.count('"') % 2 == 1 and '"' in after) or (single != before and "'" not in single and "'" in after)
