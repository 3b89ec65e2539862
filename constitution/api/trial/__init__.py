"""Trials, held: the cases of a principle file put to its critic through ledger and providers, as a run would."""
