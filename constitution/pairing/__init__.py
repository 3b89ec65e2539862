"""Pair strategies: Trail -> Claim | None, named by what beats what, one a file."""

STRATEGIES: dict[str, str] = {
    "best_over_worst": "constitution.pairing.best_over_worst:best_over_worst",
    "guided_over_plain": "constitution.pairing.guided_over_plain:guided_over_plain",
    "help_over_refusal": "constitution.pairing.help_over_refusal:help_over_refusal",
    "helpful_revision_over_draft": "constitution.pairing.helpful_revision_over_draft:helpful_revision_over_draft",
    "judged_candidates": "constitution.pairing.judged_candidates:judged_candidates",
    "judged_drafts": "constitution.pairing.judged_drafts:judged_drafts",
    "keep_over_break": "constitution.pairing.keep_over_break:keep_over_break",
    "last_revision_over_first_draft": (
        "constitution.pairing.last_revision_over_first_draft:last_revision_over_first_draft"
    ),
    "plain_over_elicited": "constitution.pairing.plain_over_elicited:plain_over_elicited",
    "revision_over_draft": "constitution.pairing.revision_over_draft:revision_over_draft",
    "strong_over_weak": "constitution.pairing.strong_over_weak:strong_over_weak",
}
"""A new strategy is one file beside this one and one line here."""
