"""What an edit of the principles does to a finished dataset: rows, requests and cost; nothing is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from constitution.api.caps import Caps
from constitution.api.casting import naming
from constitution.api.impact.made_with import MadeWith, hold_to_recipe, otherwise, read_made, roles_like, rows_of
from constitution.api.impact.touching import Touched, touched_by
from constitution.api.order import Order
from constitution.api.planning import Plan, plan
from constitution.api.preparing import Prepared, prepare
from constitution.errors import Mistake, NotFound
from constitution.principles.model import Constitution
from constitution.principles.precedence import told_together
from constitution.shelf import Shelf, Shelved, find_root

Same = Literal["file", "words", "no"]


@dataclass(frozen=True, kw_only=True)
class ImpactOrder(Caps):
    """A folder, the edited principles, and who would be asked; what is left out is as it was for the folder."""

    out: str | Path
    after: str
    """Reference to the edited constitution."""
    recipe: str | None = None
    """Name or path of the folder's recipe, where its own name does not find it."""
    model: str | None = None
    critic: str | None = None
    reviser: str | None = None
    judge: str | None = None
    ledger: str | Path | None = None
    rulings: str | Path | None = None
    concurrency: int = 16
    root: str | Path | None = None


@dataclass(frozen=True, kw_only=True)
class Impact:
    """The rows that an edit touches, and what a run over them would ask."""

    made: MadeWith
    order: Order
    """The run that would make the folder again; it writes nothing."""
    prepared: Prepared
    touched: Touched
    plan: Plan

    @property
    def beyond(self) -> tuple[str, ...]:
        """Prompts for which something would be asked although the edit does not touch them."""
        rows = (*self.touched.of("certain"), *self.touched.of("possible"))
        own = {row.trail.prompt.id for row in rows} | self.touched.failed
        return tuple(name for name in self.plan.touched if name not in own)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know beside the figures."""
        failed, beyond = len(self.touched.failed), len(self.beyond)
        found = [*self.prepared.notes, *otherwise(self.made, self.prepared, self.order)]
        if failed:
            found.append(
                f"{failed:,} of the rows of {self.made.out} ended in a fault; a run asks about them again in any case"
            )
        if beyond and self.prepared.roles == dict(self.made.roles):
            found.append(
                f"{beyond:,} of the rows that the edit does not touch would be asked about too: the ledger at "
                f"{self.prepared.ledger} does not hold their answers; name the one of that run with --ledger"
            )
        return tuple(found)

    def same(self, before: Shelved) -> Same:
        """Whether the folder was made with this constitution: its very file, at least its words, or another."""
        if before.sha256 == self.made.sha256:
            return "file"
        return "words" if _words(before.constitution) == _words(self.made.constitution) else "no"

    def again(self) -> Impact:
        """The same with the plan as it is now, when more may be answered in the ledger."""
        return replace(self, plan=plan(self.prepared))

    def data(self) -> dict[str, Any]:
        """The figures as the command line's ``--json`` gives them."""
        return {
            "out": str(self.made.out),
            "made_with": {"ref": self.made.ref, "sha256": self.made.sha256},
            "touched": self.touched.data(),
            "beyond": list(self.beyond),
            "plan": self.plan.data(),
        }


def impact(asked: ImpactOrder) -> Impact:
    """What the edit does to the folder; asks nothing, writes nothing and needs no key.

    Raises ``NotFound`` and ``BadFile`` for what is no finished dataset of ours, and for a recipe that is gone or is
    not the one that the folder was made with; ``Mistake`` for principles that this recipe cannot ask about.
    """
    made = read_made(Path(asked.out))
    if not made.critiques:
        raise Mistake(
            f"the recipe {made.lock['name']} that made {made.out} has no stage critique: which rows an edit touches is "
            "known only where a critic held one answer to the principles",
            remedy="see what a run would ask with `constitution plan`",
        )
    roles = roles_like(made, model=asked.model, critic=asked.critic, reviser=asked.reviser, judge=asked.judge)
    order = Order(
        recipe=asked.recipe or str(made.lock["name"]),
        prompts=rows_of(made.prompts),
        principles=asked.after,
        **naming(roles),
        ledger=asked.ledger,
        rulings=asked.rulings,
        concurrency=asked.concurrency,
        seed=made.seed,
        only=made.only,
        root=asked.root,
        **asked.caps,
    )
    _findable(made, order)
    prepared = prepare(order, ready=False)
    hold_to_recipe(made, prepared)
    touched = touched_by(made, prepared.shelved.constitution)
    return Impact(made=made, order=order, prepared=prepared, touched=touched, plan=plan(prepared))


def _findable(made: MadeWith, order: Order) -> None:
    """Passes when there is a recipe of this name; raises ``NotFound`` that says what it is wanted for."""
    try:
        Shelf(find_root(Path(order.root) if order.root is not None else Path.cwd())).recipe_text(order.recipe)
    except NotFound as error:
        raise NotFound(
            f"{made.out} was made with the recipe {made.lock['name']!r}: {error.what}",
            remedy="name the file of that recipe with --recipe PATH",
        ) from error


def _words(constitution: Constitution) -> list[Any]:
    """Everything of a constitution that decides what models are asked and what rules find."""
    return [
        (group.id, told_together(group.principles), [(p.meaning, p.applies_when, p.rules) for p in group.principles])
        for group in constitution.groups
    ]
