"""Row checks: (Pair, Trail) -> Finding | None, one a file."""

CHECKS: dict[str, str] = {
    "cut_short": "constitution.checks.cut_short:cut_short",
    "injection": "constitution.checks.injection:injection",
    "invisible_text": "constitution.checks.invisible_text:invisible_text",
    "length_ratio": "constitution.checks.length_ratio:length_ratio",
    "no_content_changed": "constitution.checks.no_content_changed:no_content_changed",
    "role_markers": "constitution.checks.role_markers:role_markers",
    "same_text": "constitution.checks.same_text:same_text",
    "scaffold_leak": "constitution.checks.scaffold_leak:scaffold_leak",
    "two_refusals": "constitution.checks.two_refusals:two_refusals",
}
"""A new check is one file beside this one and one line here."""
