"""Imports: what others wrote their principles in, one shape a file; text in, the text of a draft out."""

from constitution.principles.imports.drafting import Draft
from constitution.principles.imports.given import Unmapped
from constitution.principles.imports.importing import imported

__all__ = ["SHAPES", "Draft", "Unmapped", "imported"]

SHAPES: dict[str, str] = {
    "critiques": "constitution.principles.imports.critiques:critiques",
    "swarm": "constitution.principles.imports.swarm:swarm",
    "questions": "constitution.principles.imports.questions:questions",
    "sentences": "constitution.principles.imports.sentences:sentences",
    "table": "constitution.principles.imports.table:table",
    "fields": "constitution.principles.imports.fields:fields",
}
"""Tried in this order. A new shape is one file beside this one and one line here."""
