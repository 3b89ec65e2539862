"""Made-up verdicts: text in the shape of a critic's or a judge's answer."""

from __future__ import annotations

import re

from constitution.core.hostile.folding import Reading
from constitution.core.hostile.sign import Sign
from constitution.core.hostile.subject import about_judging

_NAME = (
    r"nonce|verdict|findings?|principles?|helpfulness|severity|evidence|intent|winner|score|scores|rating|grade|choice"
    r"|preference|preferred|rejected|chosen|applicable|id|decision|judge?ment|best|better|violat(?:es|ions?)|compliant|complies|harmless|vote|answer"
    r"|final-verdict|overall|assessment|evaluation|result|reason|explanation|passed?|option|response"
)
_FIELD = re.compile(rf"""["'<\[]({_NAME})["'>\]] ?[:=]?""")
_PLAIN = re.compile(
    r"^[ *#>-]{0,6}(?:final |overall |the )?(verdict|judge?ment|nonce|findings?|winner|severity"
    r"|principles|helpfulness|status)\W{0,4}[:=]",
    re.MULTILINE,
)
_SAID = re.compile(
    r"\W{0,6}(?:complies|violates|not.applicable|cannot.tell|tie\b|no violations?|compliant"
    r"|(?:response|option|answer|candidate|assistant) ?[ab12]\b|[ab]\b|first\b|second\b|pass(?:ed|es)?\b|none\b|10\b"
    r"|r[0-9a-f]{6,}|(?:this|the) (?:response|answer|one|first|second))"
)
_OPTION = re.compile(
    r"\br[0-9a-f]{10}\b|\b(?:first|second|best|worst|winner|chosen)-id\b"
    r"|\b(?:response|candidate) [ab12] ?: ?(?:this|the other)\b|\bdef (?:verdict|judge|grade)\("
    r"|\bid (?:of|that|above|below) [^\n]{0,30}\b(?:response|answer|text|draft)\b"
    r"|\b(?:better|best) (?:response|reply|draft|candidate) (?:is|was)\b|\bthis one is (?:the )?(?:best|better)\b"
    r"|\blet (?:this|the) (?:sample|text|one|item|response|answer|reply) (?:pass|win)\b"
    r"|\bseverity (?:at|is|to|of|as) (?:none|zero)\b"
)
_BRACKETS = re.compile(r"\[\[ ?(?:a|b|c|tie|\d{1,3}) ?\]\]")
_OURS = frozenset(("nonce", "verdict", "findings", "helpfulness", "winner", "severity", "preferred", "applicable"))
_ONLY_OURS = re.compile(r"\bnonce\b|\br[0-9a-f]{10}\b|[\"'](?:helpfulness|applicable)[\"'] ?:")
_NEAR = 400


def verdicts(text: Reading, asked: Reading) -> Sign | None:
    """Fields of a verdict, as JSON, tags or lines, that the prompt did not ask for, if there are any.

    Two names of fields near each other, of which one is a word of our forms; where the prompt asks for JSON of its
    own, the names that it speaks of are none. Where the prompt is about judging, a verdict is what it asks for, and
    only one with a word that nobody but our forms has counts.
    """
    read, prompt = text.latin, asked.latin
    if about_judging(asked):
        ours = next((found for found in _ONLY_OURS.finditer(read) if found.group() not in prompt), None)
        return Sign("verdict", text.quote(ours.start(), ours.end())) if ours else None
    for found in _OPTION.finditer(read):
        if found.group() not in prompt and not found.group().isalpha():
            return Sign("verdict", text.quote(found.start(), found.end()))
    for found in _BRACKETS.finditer(read):
        if "[[" not in prompt:
            return Sign("verdict", text.quote(found.start(), found.end()))
    for found in _PLAIN.finditer(read):
        said = _SAID.match(read, found.end())
        if said and found.group(1) not in prompt:
            return Sign("verdict", text.quote(found.start(), said.end()))
    return _fields(text, prompt)


def _fields(text: Reading, prompt: str) -> Sign | None:
    read = text.latin
    if not any(mark in read for mark in ('":', '" :', "':", "' :", "<verdict", "<winner", "<score", "]")):
        return None
    needed = 3 if "json" in prompt else 2
    near: list[tuple[str, int]] = []
    for found in _FIELD.finditer(read):
        name = found.group(1)
        if name in prompt:
            continue
        near = [(other, place) for other, place in near if found.start() - place < _NEAR and other != name][-8:]
        near.append((name, found.start()))
        names = {other for other, _ in near}
        said = name in ("verdict", "winner") and _SAID.match(read, found.end())
        if said or (names & _OURS and len(names) >= needed) or len(names) >= needed + 1:
            return Sign("verdict", text.quote(near[0][1], found.end() + 12))
    return None
