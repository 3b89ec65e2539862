"""Qualifying judges: labelled pairs read and put to a judge, verdicts replayed, and the records of who is qualified."""
