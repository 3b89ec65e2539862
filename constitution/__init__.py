"""Preference pairs from written principles."""
