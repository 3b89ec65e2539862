"""How sure a judge was, as log-probs of its answer's tokens in the shape of OpenAI's chat completions."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from constitution.providers.simulator.judge import TIE, Lean, Opinion

_PIECE = re.compile(r"[ ]?\w{1,6}|\W")
"""A token of the simulator; together they are the text again."""
_SURE = 0.999
"""Probability of a token that nothing hangs on."""
_UNTIED = 0.97
"""Probability that an answer which names a response does not say ``tie``."""
_TIED = 0.6
"""Probability of a tie that was said; the rest is shared by both responses."""
_LENGTH = 3
"""Characters of the token that tells two ids apart."""

Token = tuple[str, Sequence[tuple[str, float]]]
"""A token and what might have stood there, with probabilities, the token itself first."""


def log_probs(opinion: Opinion, text: str, most: int | None) -> tuple[dict[str, Any], ...] | None:
    """One entry a token of the text, which may be cut, each with at most ``most`` alternatives; None if not asked."""
    if most is None:
        return None
    entries, left = [], len(text)
    for token, options in _tokens(opinion):
        if left <= 0:
            break
        # A cut token is another token, of which nothing else is known.
        whole = len(token) <= left
        entries.append(_entry(options if whole else [(token[:left], _SURE)], most))
        left -= len(token)
    return tuple(entries)


def _tokens(opinion: Opinion) -> Iterator[Token]:
    text, place = opinion.text, 0
    for name, lean in opinion.leans.items():
        begin = f'"{name}": "'
        start = text.rindex(begin) + len(begin)
        yield from _plain(text[place:start])
        yield from _chosen(lean)
        place = start + len(lean.choice)
    yield from _plain(text[place:])


def _plain(text: str) -> Iterator[Token]:
    return ((piece, [(piece, _SURE)]) for piece in _PIECE.findall(text))


def _chosen(lean: Lean) -> Iterator[Token]:
    """The answer's own tokens: first whether it is a tie, then which of the two ids it is."""
    if lean.choice == TIE:
        end = _alike(lean.first, lean.other) + _LENGTH
        half = (1 - _TIED) / 2
        yield TIE, [(TIE, _TIED), (lean.first[:end], half), (lean.other[:end], half)]
        return
    same = _alike(lean.choice, lean.other)
    if same:
        yield lean.choice[:same], [(lean.choice[:same], _UNTIED), (TIE, 1 - _UNTIED)]
    end = same + _LENGTH
    token = lean.choice[same:end]
    yield token, [(token, lean.sure), (lean.other[same:end], 1 - lean.sure)]
    yield from _plain(lean.choice[end:])


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    differ = (place for place, (mine, yours) in enumerate(zip(one, other, strict=False)) if mine != yours)
    return next(differ, min(len(one), len(other)))


def _entry(options: Sequence[tuple[str, float]], most: int) -> dict[str, Any]:
    ranked = sorted(options, key=lambda option: -option[1])[:most]
    return {**_told(*options[0]), "top_logprobs": [_told(*option) for option in ranked]}


def _told(token: str, share: float) -> dict[str, Any]:
    return {"token": token, "logprob": round(math.log(share), 6), "bytes": list(token.encode("utf-8", "replace"))}
