"""Transformers: a local model in this process, loaded once and asked in batches."""

from __future__ import annotations

from constitution.providers.transformers.provider import Transformers

__all__ = ["Transformers"]
