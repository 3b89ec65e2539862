"""What each principle did to a dataset: how often it applied, fired and earned a pair, and what stands out of that."""

from constitution.api.coverage.coverage import Coverage, coverage_of
from constitution.api.coverage.effects import Effect, Lengths
from constitution.api.coverage.notices import Kind, Notice, Standing

__all__ = ["Coverage", "Effect", "Kind", "Lengths", "Notice", "Standing", "coverage_of"]
