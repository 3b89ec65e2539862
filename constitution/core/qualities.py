"""What a judge can be held to before it is trusted: the figures by the names that recipes and commands use."""

from __future__ import annotations

from typing import Literal

Quality = Literal["accuracy", "consistent", "accuracy_when_consistent", "coverage", "agreement", "kappa"]
QUALITIES: dict[Quality, str] = {
    "accuracy": "accuracy in a single order, the mean of both",
    "consistent": "share in which both orders say the same",
    "accuracy_when_consistent": "share of right answers where both orders name the same one",
    "coverage": "share in which both orders name the same answer",
    "agreement": "share in which the verdict over both orders is the label",
    "kappa": "Cohen's kappa of verdicts and labels",
}
"""The lower end of the interval of each must reach what is asked for."""
