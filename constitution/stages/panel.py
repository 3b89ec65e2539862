"""Who judges: one judge, or a panel of several families, none of which should be an author's."""

from __future__ import annotations

from typing import Literal

from constitution.core.families import family
from constitution.errors import Mistake
from constitution.stages.brief import Brief

MOST = 9
"""Judges of a panel at most."""


def panel_of(
    brief: Brief,
    role: str,
    *,
    panel: Literal["never", "escalate", "always"],
    quorum: int,
    families: int,
    own_family: Literal["mark", "refuse"],
) -> tuple[str, ...]:
    """The roles of those that judge, the first one first.

    Raises ``NotFound`` for a role that nobody plays; ``Mistake`` where several judges are named and none may be asked,
    where they are too few for their quorum or of too few families, or where one is of an author's family and
    ``own_family`` refuses that. The simulator has one family, and a rehearsal is held to no family.
    """
    first = brief.model(role)
    others = tuple(name for name in (f"{role}-{number}" for number in range(2, MOST + 1)) if name in brief.roles)
    models = (first, *(brief.model(name) for name in others))
    rehearsed = all(model.partition(":")[0] == "simulator" for model in brief.roles.values())
    if own_family == "refuse" and not rehearsed:
        _hold_apart(models, [brief.roles[name] for name in ("author", "reviser", "teacher") if name in brief.roles])
    if not others:
        return (role,)
    if panel == "never":
        raise Mistake(f"{len(models)} judges are named, and the recipe asks one alone", remedy="set panel: escalate")
    if len(set(models)) < len(models):
        raise Mistake(f"a judge stands twice: {', '.join(models)}", remedy="name different models")
    asked = models if panel == "always" else models[1:]
    if len(asked) < quorum:
        raise Mistake(
            f"a panel of {len(asked)} beside the first judge cannot make a quorum of {quorum}"
            if panel == "escalate"
            else f"a panel of {len(asked)} cannot make a quorum of {quorum}",
            remedy="name more judges with --panel, or set quorum in the recipe",
        )
    found = {family(model) for model in models}
    if len(found) < families and not rehearsed:
        raise Mistake(
            f"the judges are of {len(found)} {'family' if len(found) == 1 else 'families'} "
            f"({', '.join(sorted(found))}), the panel wants {families}",
            remedy="name a judge of another family, or set families in the recipe",
        )
    return (role, *others)


def _hold_apart(judges: tuple[str, ...], authors: list[str]) -> None:
    for judge in judges:
        alike = next((author for author in authors if family(author) == family(judge)), None)
        if alike:
            raise Mistake(
                f"the judge {judge} is of the same family as {alike}, which writes",
                remedy="name a judge of another family, or set own_family: mark",
            )
