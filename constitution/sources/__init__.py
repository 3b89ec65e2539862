"""Sources: where prompts come from, one a file; each yields prompts and counts what it ignored."""

SOURCES: dict[str, str] = {
    "jsonl": "constitution.sources.jsonl:read",
    "json": "constitution.sources.json:read",
    "csv": "constitution.sources.csv:read",
    "parquet": "constitution.sources.parquet:read",
    "folder": "constitution.sources.folder:read",
    "hub": "constitution.sources.hub:read",
}
"""File ending (or kind) to reader; a new source is one file beside this one and one line here."""
