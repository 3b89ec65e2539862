"""What a prompt is about, in its own words: a goal (``mend a tap``) and a thing (``the tap``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from constitution.providers.simulator.drafts.vague import VAGUE
from constitution.providers.simulator.language import STOP, sentences

_SWAP = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "am": "are", "i'm": "you're",
    "i've": "you've", "we": "you", "our": "your", "us": "you", "ours": "yours", "you": "me", "your": "my",
}  # fmt: skip
_WHO = r"(?:i|we|you|one|people|someone|somebody)"
_GOAL = re.compile(
    rf"\bhow (?:do|can|could|should|would|might) {_WHO} (?:best |actually |please )?(?P<a>.+)"
    rf"|^how (?:best )?to (?P<b>.+)"
    r"|\b(?:best|easiest|safest|right|good|creative|quickest) ways? to (?P<c>.+)"
    r"|(?:^|, |\bso )(?:should|can|may|could|must|shall) (?:i|we) (?P<d>.+)"
    r"|^i(?:'d like| want| need| would like| have|'m trying| am trying) to (?P<e>.+)"
    r"|\b(?:ok|okay|safe|legal|fine|good idea) to (?P<f>.+)|\bwhat (?:can|should|could|do) (?:i|we) do to (?P<g>.+)",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"[.,](?=\s|$)|[!?;:\n\"“”()]|\s(?:because|so that|but|which|who|that|when|where|while|if|using|given|before"
    r"|after|without|and)\b",
    re.IGNORECASE,
)
_MOST = 9
_ARTICLES = frozenset(("a", "an", "the", "my", "your", "our", "his", "her", "their", "this", "these"))
_JOINTS = frozenset(("of", "in", "on", "for", "between", "with", "from", "to"))
_TOKEN = re.compile(r"[^\W_][\w'’./-]*[\w]|[^\W_]|[^\w\s]")


@dataclass(frozen=True)
class Topic:
    """What can be said about a prompt without understanding it."""

    goal: str
    """A verb with what belongs to it, as after ``to``; empty where the prompt has none."""
    thing: str
    """A noun with what belongs to it, as after ``about``."""
    open: bool = False
    """The question is whether to do it, not how."""


def topic_of(text: str) -> Topic:
    """The first goal, the most telling words; ``your question`` where there are none."""
    found = [sentence.text for sentence in sentences(text[:2000])][:6]
    questions = [each for each in found if each.endswith("?")]
    goal, whether = next((each for text_ in [*reversed(questions), *found] if (each := _goal(text_))[0]), ("", False))
    asked = {chunk: 1 for each in questions or found[:1] for chunk in _chunks(each)}
    chunks = asked | {chunk: 0 for each in found for chunk in _chunks(each) if chunk not in asked}
    return Topic(goal, max(chunks, key=lambda chunk: _weight(chunk) + chunks[chunk], default="your question"), whether)


def _goal(sentence: str) -> tuple[str, bool]:
    match = _GOAL.search(sentence)
    if match is None:
        return "", False
    name, raw = next((name, group) for name, group in match.groupdict().items() if group is not None)
    tokens = _CUT.split(raw.strip(), maxsplit=1)[0].split()
    if len(tokens) > _MOST:
        tokens = tokens[:_MOST]
        while tokens and tokens[-1].lower() in STOP:
            tokens.pop()
    if not any(token.lower() not in STOP and len(token) > 2 for token in tokens[1:]):
        return "", False
    return " ".join(map(_turned, tokens)).strip(" -–'’"), name in ("d", "f")


def _chunks(sentence: str) -> list[str]:
    """Runs of telling words, each with its article, and with a second run where a small word joins them."""
    tokens = _TOKEN.findall(sentence[:600])
    chunks, run = [], list[str]()
    for place, token in enumerate(tokens):
        lower = token.lower().replace("’", "'")
        after = tokens[place + 1].lower() if place + 1 < len(tokens) else ""
        telling = len(token) > 1 and lower not in VAGUE and not token.isdigit()
        opens = lower in _ARTICLES and (not run or run[-1].lower() in _JOINTS)
        joins = lower in _JOINTS and run and run[-1].lower() not in _ARTICLES | _JOINTS and after and len(run) < 5
        if telling or opens or joins:
            run.append(token)
        else:
            chunks.append(run)
            run = [token] if lower in _ARTICLES else []
    return [words for each in [*chunks, run] if (words := _trimmed(each))]


def _trimmed(run: list[str]) -> str:
    run = run[:6]
    while run and run[-1].lower() in _ARTICLES | _JOINTS:
        run.pop()
    while run and run[0].lower() in _JOINTS:
        run.pop(0)
    return " ".join(map(_turned, run))


def _weight(chunk: str) -> float:
    """Two to three telling words are best; an article and names speak for a noun."""
    telling = [word for word in chunk.split() if word.lower() not in _ARTICLES | _JOINTS]
    first = chunk.split()[0].lower()
    return (
        min(len(telling), 3) + (first in _ARTICLES) + any(word[:1].isupper() for word in telling[1:]) + len(chunk) / 100
    )


def _turned(token: str) -> str:
    lower = token.lower().replace("’", "'")
    return _SWAP.get(lower, lower if lower in _ARTICLES else token)
