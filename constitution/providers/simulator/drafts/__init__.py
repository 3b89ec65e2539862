"""The author: answers a conversation about the prompt's own words, with known flaws in a share of the answers."""

from __future__ import annotations

from constitution.providers.simulator.drafts.asked import at_length, draft

__all__ = ["at_length", "draft"]
