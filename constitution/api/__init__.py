"""The whole way, from a recipe's name to a dataset folder: what the command line and ``import constitution`` call."""

from constitution.api.loading import load_run
from constitution.api.order import Order
from constitution.api.planning import Plan, plan
from constitution.api.preparing import Prepared, prepare
from constitution.api.result import Finished, PairView, Run
from constitution.api.running import arun, run
from constitution.api.trial.holding import TrialOrder, TrialReport, ahold_trials, hold_trials

__all__ = [
    "Finished",
    "Order",
    "PairView",
    "Plan",
    "Prepared",
    "Run",
    "TrialOrder",
    "TrialReport",
    "ahold_trials",
    "arun",
    "hold_trials",
    "load_run",
    "plan",
    "prepare",
    "run",
]
