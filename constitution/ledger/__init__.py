"""The ledger: every reply that was paid for, and every attempt; one SQLite file that only people take things out of."""

from constitution.ledger.kept import Attempt, Entry
from constitution.ledger.opening import open_ledger, read_ledger
from constitution.ledger.store import Ledger

__all__ = ["Attempt", "Entry", "Ledger", "open_ledger", "read_ledger"]
