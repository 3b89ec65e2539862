"""The calls behind a trail: when each of its replies came and what it weighed, asked of the ledger once if possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.ledger import Entry, Ledger

HELD = 4096
"""Replies of which the facts wait in memory for their trail to settle; of more the ledger is asked again."""


class Behind:
    """Says which calls are behind a trail; told of replies that the ledger had, it remembers what they weighed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._held: dict[str, dict[str, Any]] = {}

    def reused(self, entry: Entry) -> None:
        """Somebody was just given this reply: its trail will settle soon, as a rule."""
        if len(self._held) < HELD:
            self._held[entry.digest] = facts_of(entry)

    def calls(self, trail: Trail, detours: Sequence[str] = ()) -> Iterator[Call]:
        """The call behind each step; then those to requests that no step keeps."""
        asked = [(step.id, step.request) for step in trail.steps if step.request]
        for step, request in (*asked, *(("", request) for request in detours)):
            facts = self._held.pop(request, None) or self._asked_again(request)
            if facts is not None:
                yield Call.known(prompt_id=trail.prompt.id, step=step, **facts)

    def _asked_again(self, request: str) -> dict[str, Any] | None:
        entry = self._ledger.get(request)
        return None if entry is None else facts_of(entry)


def facts_of(entry: Entry) -> dict[str, Any]:
    """What a call says of the reply that it brought."""
    usage, name = entry.reply.usage, entry.reply.raw.get("id")
    return {
        "request": entry.digest,
        "model": entry.model,
        "time": entry.time,
        "request_id": name if isinstance(name, str) else None,
        "input_tokens": usage and usage.input,
        "output_tokens": usage and usage.output,
        "cached_tokens": usage and usage.cached,
        "attempts": entry.attempts,
    }
