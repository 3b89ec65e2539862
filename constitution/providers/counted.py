"""Counted: the tokens that a body says a call took, as far as it can be meant; money is reckoned by them."""

from __future__ import annotations

from typing import Any

from constitution.core.asking import Usage

MOST = 10**9
"""Tokens of one call; no model reads or writes as many."""


def counted(read: Any, written: Any, cached: Any = None, *, total: Any = None, said: str = "") -> Usage | None:
    """The tokens of one call; None where what is stated cannot be, which is to say that nobody counted them.

    No question has no token, nor has an answer that says something. Some servers leave the thoughts that they charge
    for out of what was ``written``, and count them in the ``total`` alone. Raises ``ValueError`` for what is no number.
    """
    stated = Usage(input=read or 0, output=written or 0, cached=cached or 0)
    asked, again = stated.input, stated.cached
    answered = max(stated.output, total - asked) if isinstance(total, int) else stated.output
    if not (0 < asked <= MOST and stated.output >= 0 and answered <= MOST and again >= 0) or (said and not answered):
        return None
    return Usage(input=asked, output=answered, cached=min(again, asked))
