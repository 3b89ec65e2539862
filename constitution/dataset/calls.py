"""Calls: when each reply came and what it weighed; kept apart from the rows, which must not change with the clock."""

from __future__ import annotations

from constitution.core.records import Record


class Call(Record):
    """One reply behind a trail."""

    prompt_id: str
    step: str
    """Empty where no step keeps it: an answer off its schema, one beside a call that failed."""
    request: str
    """Digest of the request; the key of the ledger."""
    model: str
    """As it was asked for, with its provider."""
    time: str | None = None
    """When the reply came, RFC 3339."""
    request_id: str | None = None
    """The provider's own name for the call."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    attempts: int = 1
