"""Pair strategies: Trail -> Pair | None, named by what beats what, one a file."""

STRATEGIES: dict[str, str] = {
    "helpful_revision_over_draft": "constitution.pairing.helpful_revision_over_draft:helpful_revision_over_draft",
    "revision_over_draft": "constitution.pairing.revision_over_draft:revision_over_draft",
}
"""A new strategy is one file beside this one and one line here."""
