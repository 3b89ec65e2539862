"""The whole way, from a recipe's name to a dataset folder: what the command line and ``import constitution`` call."""

from constitution.api.order import Order
from constitution.api.planning import Plan, plan
from constitution.api.preparing import Prepared, prepare
from constitution.api.result import PairView, Run
from constitution.api.running import arun, run

__all__ = ["Order", "PairView", "Plan", "Prepared", "Run", "arun", "plan", "prepare", "run"]
