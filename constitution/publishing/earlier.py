"""Earlier: the edition that the hub has already; an old one never takes the place of a newer one by oversight."""

from __future__ import annotations

from pathlib import Path

from constitution.dataset.envelope import ENVELOPE, Envelope, load_envelope
from constitution.errors import BadFile, Mistake
from constitution.publishing.hub import Hub
from constitution.publishing.push import Place, Wish


def edition_there(hub: Hub, wish: Wish, place: Place, folder: Path) -> Envelope | None:
    """The envelope that the repository has, fetched into ``folder``; None without one that can be read.

    Raises what ``hub_troubles`` does.
    """
    if ENVELOPE not in place.files:
        return None
    with hub.asked(wish.repo):
        hub.client.hf_hub_download(wish.repo, ENVELOPE, repo_type="dataset", revision=place.commit,
                                   local_dir=folder, cache_dir=folder / "cache")  # fmt: skip
    try:
        return load_envelope(folder)
    except BadFile:
        return None


def may_follow(ours: Envelope, there: Envelope | None, where: str) -> list[str]:
    """What should be known of the edition that is replaced; raises ``Mistake`` where it is a later one than ours."""
    if there is None or there.sha256 == ours.sha256:
        return []
    new, old = ours.statement.predicate, there.statement.predicate
    number = old.dataset.sequence
    if number > new.dataset.sequence:
        raise Mistake(
            f"the hub has edition {number}, and this is edition {new.dataset.sequence}: "
            "an old one would take the place of a newer one",
            where=where,
            remedy="fetch that one and sign this one after it: data sign DIR --key FILE --supersedes THAT",
        )
    if there.signatures and not ours.signatures:
        return ["the edition at the hub is signed, and this one, which takes its place, is not"]
    if there.signatures and number == new.dataset.sequence and old.rows.root != new.rows.root:
        return [f"the hub has other rows as edition {number} too: --supersedes of data sign would tell them apart"]
    return []
