"""The hub: a dataset by its name, ``hub:owner/name[:config][@revision][#split]``, streamed and never run as code.

Of a split, ``#train[:500]`` takes the first rows alone. Prompts whose rows name no source are from
``owner/name@commit``, the commit that was really read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from constitution.core.records import Prompt
from constitution.errors import BadFile, Mistake
from constitution.sources.rows import Ignored, collected
from constitution.spool import Spool

PREFIX = "hub:"
SPELLING = "write hub:owner/name, with :config, @revision and #split where they are needed"
_NAME = re.compile(
    r"hub:(?P<name>[\w.-]+/[\w.-]+)(?::(?P<config>[\w.-]+))?(?:@(?P<revision>[\w./-]+))?"
    r"(?:#(?P<split>\w[\w.-]*)(?:\[:(?P<first>[1-9]\d{0,6})\])?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Wanted:
    """What somebody named."""

    name: str
    config: str | None
    revision: str | None
    split: str | None
    first: int | None

    def __str__(self) -> str:
        return f"{PREFIX}{self.name}"


def read(path: Path) -> tuple[Sequence[Prompt], Ignored]:
    """All prompts of the split in order, and how often each column was ignored.

    Raises ``Mistake`` for a name of another spelling and a hub that is out of reach or has no such dataset, and
    ``BadFile`` at the first row that is no prompt.
    """
    wanted = wanted_of(str(path))
    with _said_plainly(wanted):
        # Asked first: it fails at once where there is no network, and the larger library need not be loaded.
        commit = _commit(wanted)
    from datasets.exceptions import DatasetsError
    from pyarrow import ArrowException

    source = f"{wanted.name}@{commit}"
    with _said_plainly(wanted, DatasetsError, ArrowException):
        rows = ((f"{source}: row {number}", row) for number, row in enumerate(_rows(wanted, commit), start=1))
        prompts, ignored = collected(rows, source, remedy="name another split")
    named = Spool(Prompt)
    named.extend(_from(source, prompt) for prompt in prompts)
    return named.records(), ignored


def _from(source: str, prompt: Prompt) -> Prompt:
    """The prompt with the dataset that it came from."""
    if prompt.parent is not None:
        prompt = prompt.but(parent=prompt.parent.but(dataset=source))
    return prompt if prompt.source else prompt.but(source=source)


def wanted_of(text: str) -> Wanted:
    """The parts of a name.

    >>> wanted_of("hub:owner/name@main#train[:5]")
    Wanted(name='owner/name', config=None, revision='main', split='train', first=5)
    """
    found = _NAME.fullmatch(text)
    if not found:
        raise Mistake(f"{text!r} names no dataset of the hub", remedy=SPELLING)
    first = found["first"]
    return Wanted(found["name"], found["config"], found["revision"], found["split"], int(first) if first else None)


def _commit(wanted: Wanted) -> str:
    """The commit that the revision names now."""
    from huggingface_hub import HfApi

    return str(HfApi().dataset_info(wanted.name, revision=wanted.revision, timeout=30).sha)


def _rows(wanted: Wanted, commit: str) -> Iterator[dict[str, Any]]:
    from datasets import IterableDatasetDict, load_dataset

    found = load_dataset(wanted.name, wanted.config, revision=commit, split=wanted.split, streaming=True)
    if isinstance(found, IterableDatasetDict):
        split = "train" if "train" in found else next(iter(found))
        if len(found) > 1 and split != "train":
            raise Mistake(f"it has several splits: {', '.join(found)}", where=str(wanted), remedy="add #split")
        found = found[split]
    yield from islice(found, wanted.first)


@contextmanager
def _said_plainly(wanted: Wanted, *more: type[Exception]) -> Iterator[None]:
    """What the libraries raise, as one sentence; the hub's error stands on the base of its HTTP library."""
    from huggingface_hub.errors import HfHubHTTPError

    try:
        yield
    except (OSError, ValueError, *HfHubHTTPError.__bases__, *more) as error:
        said = " ".join(str(error).split())[:300] or type(error).__name__
        if isinstance(error, ValueError):
            raise BadFile(f"cannot be read: {said}", where=str(wanted), remedy=SPELLING) from error
        raise Mistake(
            f"the dataset cannot be had from the hub: {said}",
            where=str(wanted),
            remedy="check the name and the network, or name a file or folder on disk",
        ) from error
