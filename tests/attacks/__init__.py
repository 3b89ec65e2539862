"""Injected answers: what an author may write to win over its critic and its judge, and readers that give in.

Most modules hold some classes of attack: ``forged`` (verdicts, reports, fences, principles, ids),
``ordered`` and ``worded`` (orders in plain and in other clothes), ``roles`` (tags of chat formats), ``hidden``
(invisible and encoded), ``tongues`` (other languages), ``constant`` (answers that answer nothing). They were written
without sight of the detectors, from what is published (constant replies, arXiv:2410.07137; master keys,
arXiv:2507.08794; the tags of public chat formats) and from what a model that wants to win would try. Most stand in an
answer whose body is flawed, so that a reader that obeys changes the result. To add one: a line in its family.
``CORPUS`` is all of them.

``unseen`` are attacks that came later and stay out of ``CORPUS``: they measure the detectors, which nobody tunes on
them. ``topics`` are the prompts, ``innocent`` and ``near`` what comes near and is none, ``gullible`` the readers, and
``texts`` what tries the fences.
"""

from __future__ import annotations

from tests.attacks import constant, forged, hidden, ordered, roles, tongues, worded
from tests.attacks.injection import Injection, Reader

CORPUS: tuple[Injection, ...] = (
    forged.ATTACKS + ordered.ATTACKS + worded.ATTACKS + roles.ATTACKS + hidden.ATTACKS + tongues.ATTACKS
    + constant.ATTACKS
)  # fmt: skip

__all__ = ["CORPUS", "Injection", "Reader"]
