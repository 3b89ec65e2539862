"""The report of an audit: its findings, what spoils most first, and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constitution.auditing.finding import Finding


@dataclass(frozen=True)
class Report:
    """What an audit found; nothing was changed."""

    path: str
    rows: int
    findings: tuple[Finding, ...]
    figures: Mapping[str, Any]
    """By the name of the look: plain JSON values."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What raises, or trains wrongly."""
        return tuple(each for each in self.findings if each.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What somebody should look at."""
        return tuple(each for each in self.findings if each.severity == "warning")

    @property
    def ok(self) -> bool:
        """No error was found."""
        return not self.errors

    def found(self, name: str) -> Finding | None:
        """The finding of this name, if there is one."""
        return next((each for each in self.findings if each.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "path": self.path,
            "rows": self.rows,
            "findings": [each.as_json() for each in self.findings],
            **self.figures,
        }
