"""Looking after a ledger: copying it out, and erasing what a person asks to have removed."""
