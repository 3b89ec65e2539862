"""Reading a judge's probability off the log-probs of its reply, at the token where the two option ids part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import exp
from typing import Any

from constitution.core.asking import Reply


def probability_of(option: str, other: str, reply: Reply, field: str) -> float | None:
    """The probability, 0 to 1, that the JSON field ``field`` of the reply names ``option`` and not ``other``.

    Normalised over the two, as Bai et al. 2022 (arXiv:2212.08073) do with "(A)" and "(B)". None where the reply has
    no log-probs, where its tokens are not its text, where the ids do not part, or where neither id was likely.
    """
    found = re.search(rf'"{re.escape(field)}"\s*:\s*"', reply.text)
    tokens = reply.logprobs or ()
    if found is None or not tokens or "".join(_text(token) for token in tokens) != reply.text:
        return None
    parts = next((place for place, (one, two) in enumerate(zip(option, other, strict=False)) if one != two), None)
    if parts is None:
        return None
    starts = [0, *accumulate(len(_text(token)) for token in tokens)]
    place = found.end() + parts
    at = next((number for number, end in enumerate(starts[1:]) if end > place), None)
    if at is None:
        return None
    before, reach = reply.text[starts[at] : found.end()], place - starts[at]
    # The token may begin within the id, where the ids are still alike.
    begun = max(0, starts[at] - found.end())
    weights = [_weight(tokens[at], f'{before}{name[begun:]}"', reach) for name in (option, other)]
    return weights[0] / sum(weights) if sum(weights) > 0 else None


def _weight(token: dict[str, Any], wanted: str, reach: int) -> float:
    """How likely the tokens were that lead to the wanted text, of those that go beyond where the ids part."""
    return sum(
        exp(logprob)
        for text, logprob in _alternatives(token)
        if len(text) > reach and (wanted.startswith(text) or text.startswith(wanted))
    )


def _alternatives(token: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Each token that might have stood here with its log-prob, the one that does among them, each once."""
    told: Sequence[dict[str, Any]] = (token, *(token.get("top_logprobs") or ()))
    known = {_text(each): each.get("logprob") for each in told}
    for text, logprob in known.items():
        if isinstance(logprob, (int, float)) and logprob <= 0:
            yield text, float(logprob)


def _text(token: dict[str, Any]) -> str:
    return str(token.get("token", ""))
