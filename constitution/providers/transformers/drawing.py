"""Draws the next token of each row by a hash of its request and the place, whoever else is in the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from constitution.core.asking import Request
from constitution.core.chance import fraction

COLD = 1e-3
"""At this temperature and below, the likeliest token is taken."""


class Drawing:
    """Turns scores into a choice: all but the drawn token of a row are ruled out.

    The likeliest token is taken where no temperature is wished for; but another draw of the same question would
    then say the same again, so that it is drawn at temperature 1.
    """

    def __init__(self, requests: Sequence[Request], width: int) -> None:
        self._requests = requests
        self._width = width
        self._drawn = [place for place, request in enumerate(requests) if temperature_of(request) > COLD]
        self._temperatures = [[temperature_of(requests[place])] for place in self._drawn]
        wished = [requests[place].sampling.top_p for place in self._drawn]
        self._shares = [[1.0 if share is None else share] for share in wished]

    def __call__(self, tokens: Any, scores: Any) -> Any:
        """The scores with one token left in each row that is drawn."""
        import torch

        if not self._drawn:
            return scores
        step = str(tokens.shape[1] - self._width)
        lots = [[fraction(self._requests[place].digest, "token", step)] for place in self._drawn]
        many = {"dtype": torch.float64, "device": scores.device}
        warm = scores[self._drawn].double() / torch.tensor(self._temperatures, **many)
        chosen = chosen_by(warm.softmax(-1), torch.tensor(self._shares, **many), torch.tensor(lots, **many))
        only = torch.full_like(scores[self._drawn], -torch.inf).scatter_(1, chosen, 0.0)
        return scores.index_copy(0, torch.tensor(self._drawn, device=scores.device), only)


def temperature_of(request: Request) -> float:
    """The temperature at which this request is answered."""
    wished = request.sampling.temperature
    if wished is None:
        return 1.0 if request.draw or request.sampling.top_p is not None else 0.0
    return wished


def chosen_by(chances: Any, shares: Any, lots: Any) -> Any:
    """For each row the token on which its lot, in [0, 1), falls among the likeliest that make up its share.

    The likeliest token is always among them.
    """
    ordered, order = chances.sort(dim=-1, descending=True, stable=True)
    sums = ordered.cumsum(-1)
    kept = sums - ordered < shares
    kept[:, 0] = True
    total = (ordered * kept).sum(-1, keepdim=True)
    place = (sums <= lots * total).sum(-1, keepdim=True)
    last = kept.sum(-1, keepdim=True) - 1
    return order.gather(1, place.minimum(last))
