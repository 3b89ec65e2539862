"""Trials: a principle's cases put to the critic as unit tests, and mutants that the cases ought to notice."""
