"""Push: a parcel goes to a repository of a hub in one commit, by default as a pull request to a private one."""

from __future__ import annotations

import re
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constitution.dataset.envelope import ENVELOPE
from constitution.errors import Mistake, ProviderGone
from constitution.publishing.hub import Hub
from constitution.publishing.parcel import Parcel

_OURS = re.compile(r"trails\.parquet|label\.html|data/(train|test)-[^/]*\.parquet|provenance/.*")
"""What an earlier push may have left: old shards would be loaded as rows of the new edition."""
_NAME = re.compile(r"[\w.-]{1,96}/[\w.-]{1,96}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Where a parcel is to go, and how."""

    repo: str
    """``OWNER/NAME``."""
    public: bool = False
    direct: bool = False
    """Straight to the branch instead of as a pull request."""
    branch: str | None = None
    message: str = ""

    def __post_init__(self) -> None:
        """Raises ``Mistake`` for what is no name of a repository."""
        if not _NAME.fullmatch(self.repo):
            raise Mistake(f"{self.repo!r} is no name of a repository", remedy="write OWNER/NAME")


@dataclass(frozen=True)
class Place:
    """The repository as it is before the push."""

    made: bool
    """Whether it was made for this push."""
    commit: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class Pushed:
    """What the hub has now."""

    commit: str
    url: str
    """Of the commit."""
    request: str
    """Address of the pull request; empty without one."""
    revision: str
    """What to name to get just this: the pull request's branch, or the commit."""
    removed: tuple[str, ...]
    """Files of an earlier edition that are no more."""
    unchanged: bool
    """The hub had all of it already, and no commit was made."""
    notes: tuple[str, ...] = ()


def place_of(hub: Hub, wish: Wish) -> Place:
    """The repository, made where there is none; nobody else sees it unless ``public`` was asked for.

    Raises ``Mistake``, with nothing changed, where there is one that others see and this was not asked for, or the
    other way round: a push never changes who may look. Raises what ``hub_troubles`` does.
    """
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    client = hub.client
    with hub.asked(wish.repo):
        try:
            found = client.dataset_info(wish.repo, timeout=60)
        except GatedRepoError:
            raise  # it is there, and this token may not look
        except RepositoryNotFoundError:
            client.create_repo(wish.repo, private=not wish.public, repo_type="dataset", exist_ok=False)
            found = client.dataset_info(wish.repo, timeout=60)
            made = True
        else:
            made = False
        _as_asked(wish, private=bool(found.private), where=f"{hub.address}/datasets/{wish.repo}", made=made)
        if wish.branch is not None:
            found = client.dataset_info(wish.repo, revision=wish.branch, timeout=60)
        files = tuple(client.list_repo_files(wish.repo, repo_type="dataset", revision=found.sha))
    return Place(made=made, commit=str(found.sha), files=files)


def _as_asked(wish: Wish, *, private: bool, where: str, made: bool) -> None:
    if private == (not wish.public):
        return
    if made:
        raise ProviderGone(
            f"the hub made the repository {'private' if private else 'public'}, and the other was asked for",
            where=where, remedy="set who may see it on its page, and push again",
        )  # fmt: skip
    if private:
        raise Mistake("is private, and a push does not change that", where=where,
                      remedy="drop --public, or make it public on its settings page first")  # fmt: skip
    raise Mistake("is public: anybody would see these rows", where=where,
                  remedy="say --public if they may, or name another repository")  # fmt: skip


def put(hub: Hub, parcel: Parcel, wish: Wish, place: Place) -> Pushed:
    """The files of the parcel are at the hub in one commit, and those of an earlier edition are gone from it.

    Raises ``Mistake`` where a straight push would take the place of rows that no manifest tells of, where a file of
    others would stand among the rows, or where one of ours is not as it was verified any more, and what
    ``hub_troubles`` does; then no commit was made.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    removed = tuple(name for name in place.files if _OURS.fullmatch(name) and name not in parcel.files)
    notes = _of_others(wish, place, {*removed, *parcel.files})
    with hub.asked(wish.repo), warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        operations: list[Any] = [CommitOperationDelete(name) for name in removed]
        for name in parcel.files:
            sent = CommitOperationAdd(name, parcel.folder / name)
            if parcel.hashes.get(name, found := sent.upload_info.sha256.hex()) != found:
                raise changed(parcel.folder / name)
            operations.append(sent)
        done = hub.client.create_commit(
            wish.repo, operations, commit_message=wish.message or f"Dataset {parcel.folder.resolve().name}",
            repo_type="dataset", revision=wish.branch, create_pr=not wish.direct, parent_commit=place.commit,
        )  # fmt: skip
    notes += [" ".join(str(each.message).split()) for each in said if each.category is UserWarning]
    return Pushed(
        commit=done.oid,
        url=done.commit_url,
        request=done.pr_url or "",
        revision=done.pr_revision or done.oid,
        removed=removed,
        unchanged=done.oid == place.commit,
        notes=tuple(notes),
    )


def changed(path: Path) -> Mistake:
    """What is not any more as it was verified."""
    return Mistake("has changed since it was verified; nothing was pushed", where=str(path),
                   remedy="push again when nothing writes into it")  # fmt: skip


def _of_others(wish: Wish, place: Place, ours: set[str]) -> list[str]:
    """What should be known where the repository holds rows of somebody else: a pull request shows what it replaces."""
    if among := [name for name in place.files if name.startswith("data/") and "/." not in name and name not in ours]:
        raise Mistake(f"the repository holds {among[0]}, and a loader could take it for rows of this dataset",
                      where=wish.repo, remedy="remove or move it there first, or name another repository")  # fmt: skip
    rows = [name for name in place.files if _OURS.fullmatch(name) and name.startswith("data/")]
    if not rows or ENVELOPE in place.files:
        return []
    if wish.direct:
        raise Mistake(f"the repository holds rows that are not ours ({rows[0]}), and this would replace them",
                      where=wish.repo, remedy="push without --direct, as a pull request to look at")  # fmt: skip
    return [f"the repository holds another dataset ({rows[0]}): whoever merges this replaces it"]


def fetch(hub: Hub, wish: Wish, pushed: Pushed, folder: Path) -> None:
    """``folder`` holds what the hub now has of the dataset at that commit; raises what ``hub_troubles`` does."""
    with hub.asked(wish.repo):
        hub.client.snapshot_download(
            wish.repo, repo_type="dataset", revision=pushed.commit, local_dir=folder / "dataset",
            cache_dir=folder / "cache", max_workers=4,
            allow_patterns=["README.md", "label.html", "trails.parquet", "data/*", "provenance/*"],
        )  # fmt: skip
    shutil.rmtree(folder / "dataset" / ".cache", ignore_errors=True)
