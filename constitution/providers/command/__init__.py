"""Command: a program of the user's that is run on an answer, held by limits and namespaces, and says how it ended."""

from __future__ import annotations

from constitution.providers.command.provider import Commands

__all__ = ["Commands"]
