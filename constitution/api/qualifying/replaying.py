"""Replays recorded verdicts: the figures of a judge that was asked elsewhere or before, and nobody is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from constitution.api.qualifying.recorded import read_verdicts
from constitution.api.qualifying.report import JudgeReport
from constitution.core.families import family
from constitution.core.qualities import Quality
from constitution.sources.text import opened
from constitution.trials.judging.figures import judge_figures


def replay(path: Path, *, model: str = "", require: Mapping[Quality, float] | None = None) -> JudgeReport:
    """The figures of these verdicts; ``model`` says whose they are, so that its own family is known.

    Raises ``BadFile`` as ``read_verdicts`` does.
    """
    items = read_verdicts(path)
    return JudgeReport(
        model=model,
        items=items,
        figures=judge_figures(items, family(model) if model else ""),
        source=path.name,
        sha256=file_digest(path),
        require=require or {},
    )


def file_digest(path: Path) -> str:
    """SHA-256 of the file's bytes, as 64 hex digits; raises ``BadFile`` for one that cannot be read."""
    import hashlib

    with opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a plain file, opened to be read
