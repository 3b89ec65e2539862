"""Sources: where prompts come from, one a file; each yields prompts and counts what it ignored."""

SOURCES: dict[str, str] = {
    "jsonl": "constitution.sources.jsonl:read",
}
"""File ending (or kind) to reader; a new source is one file beside this one and one line here."""
