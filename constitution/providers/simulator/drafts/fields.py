"""All fields of life, and to which of them a prompt belongs."""

from __future__ import annotations

from constitution.providers.simulator.drafts.delicate import DELICATE
from constitution.providers.simulator.drafts.everyday import EVERYDAY
from constitution.providers.simulator.drafts.field import Field, cue
from constitution.providers.simulator.drafts.learning import GENERAL, LEARNING
from constitution.providers.simulator.flaws.turning_away import harmful
from constitution.providers.simulator.tasks import Talk

FIELDS: tuple[Field, ...] = (*DELICATE, *EVERYDAY, *LEARNING)
ANY = Field("general", cue("~"), GENERAL)
_HARM = frozenset({"weapons", "intrusion", "crime", "harassment", "impersonation", "stereotype"})


def fields_of(talk: Talk) -> tuple[Field, ...]:
    """One or two fields that the user's last words belong to; a delicate one leads, then the one with most cues.

    Earlier words count where the last ones belong to none.
    """
    danger = harmful(talk)
    for text in (talk.last[:4000], talk.asked[-4000:]):
        hits = {field: _hits(field, text) for field in FIELDS if field.name not in _HARM or danger}
        found = sorted((f for f in hits if hits[f]), key=lambda field: (not field.delicate, -hits[field]))
        if found:
            return (found[0], *(field for field in found[1:2] if hits[field] >= hits[found[0]]))
    return (ANY,)


def _hits(field: Field, text: str) -> int:
    """How many cues there are; those in the first paragraph, which is the instruction, count threefold."""
    if field.unless and field.unless.search(text):
        return 0
    head, _, rest = text.partition("\n\n")
    return 3 * len(field.cue.findall(head)) + min(2, len(field.cue.findall(rest)))
