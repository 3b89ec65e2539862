"""Push: a dataset folder is verified, goes to a hub, and is verified again as the hub hands it out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from constitution.api.data.signing import finished
from constitution.dataset.envelope import ENVELOPE, load_envelope
from constitution.dataset.layout import CARD
from constitution.errors import ConstitutionError, NotFound, ProviderGone, Stopped
from constitution.publishing.earlier import edition_there, may_follow
from constitution.publishing.hub import TOKEN_ENV, Hub, address_of, hub_of
from constitution.publishing.parcel import Parcel, parcel_of
from constitution.publishing.push import Place, Pushed, Wish, changed, fetch, place_of, put
from constitution.publishing.rehearsal import may_go
from constitution.verifying.given import Wanted
from constitution.verifying.report import Report
from constitution.verifying.verify import verify_folder


@dataclass(frozen=True, kw_only=True)
class PushOrder:
    """What is to go where."""

    out: Path
    wish: Wish
    with_trails: bool = False
    with_calls: bool = False
    force_rehearsal: bool = False
    hub: str | None = None
    token_env: str = TOKEN_ENV
    dry_run: bool = False


@dataclass(frozen=True)
class Pushing:
    """What came of it; what was not reached is None."""

    order: PushOrder
    address: str
    before: Report
    """Of the folder here."""
    rehearsal: bool = False
    parcel: Parcel | None = None
    place: Place | None = None
    pushed: Pushed | None = None
    after: Report | None = None
    """Of what the hub hands out."""
    same_statement: bool = False
    """Whether its envelope is the one that was pushed, byte for byte."""
    not_seen: ConstitutionError | None = None
    """Why what was pushed could not be verified there."""
    notes: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the hub hands out what was pushed."""
        told, there = self.before, self.after
        alike = there is not None and (there.word, there.rows, there.root) == (told.word, told.rows, told.root)
        return alike and self.same_statement

    @property
    def exit_code(self) -> int:
        """0; 1 where a verification found something; where the hub or the disk failed after the push, their own."""
        if isinstance(self.not_seen, ProviderGone | Stopped):
            return self.not_seen.exit_code
        return 0 if self.before.ok and (self.pushed is None or self.same) else 1

    def data(self) -> dict[str, Any]:
        """As JSON holds it."""
        parcel, pushed = self.parcel, self.pushed
        return {
            "path": str(self.order.out),
            "hub": self.address,
            "repo": self.order.wish.repo,
            "public": self.order.wish.public,
            "dry_run": self.order.dry_run,
            "rehearsal": self.rehearsal,
            "verdict_before": self.before.word,
            "files": [] if parcel is None else list(parcel.files),
            "bytes": 0 if parcel is None else parcel.size,
            "held_back": {} if parcel is None else parcel.held_back,
            "strangers": [] if parcel is None else list(parcel.strangers),
            "made": None if self.place is None else self.place.made,
            "pushed": pushed is not None,
            "commit": "" if pushed is None else pushed.commit,
            "commit_url": "" if pushed is None else pushed.url,
            "pull_request": "" if pushed is None else pushed.request,
            "revision": "" if pushed is None else pushed.revision,
            "removed": [] if pushed is None else list(pushed.removed),
            "unchanged": pushed is not None and pushed.unchanged,
            "verdict_after": None if self.after is None else self.after.word,
            "same": self.same,
        }


def push(order: PushOrder) -> Pushing:
    """The dataset is at the hub, and what the hub hands out was verified; nothing goes where verification here fails.

    Raises ``Mistake`` for a rehearsal that is not forced, for a repository that others see or do not see against what
    was asked, and for an edition older than the one there; ``MissingKey`` without a token, ``ProviderGone`` where the
    hub refuses or cannot be reached, ``Stopped`` where the disk does not hold the copy, and what ``load_envelope`` and
    ``parcel_of`` raise.
    """
    address, out = address_of(order.hub), finished(order.out)
    before = verify_folder(out, Wanted())
    if not before.ok:
        return Pushing(order, address, before)
    rehearsal = may_go(out, forced=order.force_rehearsal)
    parcel = parcel_of(out, with_trails=order.with_trails, with_calls=order.with_calls)
    if load_envelope(out).statement.predicate.rows.root != before.root:
        raise changed(out)
    if before.levels["files"].counts:  # the same rows in other bytes: those are seen again as the hub hands them out
        parcel = replace(parcel, hashes={ENVELOPE: parcel.hashes[ENVELOPE]})
    if CARD not in parcel.files:
        raise NotFound("there is no card", where=str(out / CARD), remedy=f"constitution data card {order.out}")
    if order.dry_run:
        return Pushing(order, address, before, rehearsal, parcel)
    hub = hub_of(address, order.token_env)
    place = place_of(hub, order.wish)
    with tempfile.TemporaryDirectory(prefix="constitution-push-") as name:
        there = edition_there(hub, order.wish, place, Path(name))
    notes = may_follow(load_envelope(out), there, f"{address}/datasets/{order.wish.repo}")
    pushed = put(hub, parcel, order.wish, place)
    told = _seen(hub, order, pushed, parcel)
    told["notes"] = (*notes, *pushed.notes, *told.get("notes", ()))
    return Pushing(order, address, before, rehearsal, parcel, place, pushed, **told)


def _of_card(there: Path, ours: Path) -> tuple[str, ...]:
    """No signature covers the card, so that what a hub makes of it is told and is no alteration."""
    if there.is_file() and there.read_bytes() == ours.read_bytes():
        return ()
    return ("the hub hands out another README.md than the one that was pushed: look at the card there",)


def _seen(hub: Hub, order: PushOrder, pushed: Pushed, parcel: Parcel) -> dict[str, Any]:
    """What the hub hands out; an error is told together with the commit, for that stands whatever came after."""
    with tempfile.TemporaryDirectory(prefix="constitution-push-") as name:
        there = Path(name) / "dataset"
        try:
            fetch(hub, order.wish, pushed, Path(name))
            after = verify_folder(there, Wanted())
            alike = load_envelope(there).sha256 == parcel.hashes[ENVELOPE]
            return {"after": after, "same_statement": alike, "notes": _of_card(there / CARD, parcel.folder / CARD)}
        except ConstitutionError as error:
            return {"not_seen": error}
