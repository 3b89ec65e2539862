"""A run as tables for pandas: pairs, verdicts, answers, critiques, fates, costs."""

from constitution.api.tables.named import COLUMNS, Rows, table
from constitution.api.tables.said import Said
from constitution.api.tables.telling import said_of

__all__ = ["COLUMNS", "Rows", "Said", "said_of", "table"]
