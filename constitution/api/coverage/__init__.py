"""What each principle did to a dataset: how often it applied, fired and earned a pair, and what stands out of that."""

from constitution.api.coverage.comparisons import Comparison
from constitution.api.coverage.coverage import Coverage, coverage_of
from constitution.api.coverage.effects import Effect, Lengths
from constitution.api.coverage.notices import Kind, Notice, Standing
from constitution.api.coverage.twins import Balance, Twins

__all__ = [
    "Balance", "Comparison", "Coverage", "Effect", "Kind", "Lengths", "Notice", "Standing", "Twins", "coverage_of",
]  # fmt: skip
