"""The public functions of ``import constitution``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from constitution import api
from constitution.api.data import auditing, exporting, mixing, verifying
from constitution.auditing.report import Report
from constitution.errors import Mistake
from constitution.principles.model import Constitution
from constitution.shelf import Shelf, find_root


def run(recipe: str = "revise", **order: Any) -> api.Run:
    """Run a recipe over prompts and return what came of it.

    ``prompts`` is a file, or a list of texts and rows; ``out`` the dataset folder to write, if any; ``principles`` a
    reference such as ``harmlessness@1``; ``model``, ``critic``, ``reviser``, ``judge`` and ``teacher`` are
    ``provider:model`` and ``panel`` a list of further judges (nothing given means the simulator for all). Also
    ``ledger``, ``rulings``, ``concurrency``, ``seed``, ``accept``, ``max_candidates``, ``max_cost``, ``max_calls``,
    ``max_failures``, ``pin_model``, ``accept_changes``, ``retry_faults``, ``allow_commands``, ``limit``, ``only`` and
    ``root``: see ``api.Order``.

    Works inside a running event loop too. Raises the errors of ``constitution.errors``.
    """
    return api.run(_order(recipe, order))


async def arun(recipe: str = "revise", **order: Any) -> api.Run:
    """``run`` for callers that are asynchronous themselves."""
    return await api.arun(_order(recipe, order))


def plan(recipe: str = "revise", **order: Any) -> api.Plan:
    """What ``run`` would ask for the same order; asks nothing and needs no key."""
    return api.plan(_order(recipe, order))


def load_constitution(ref: str, *, root: str | Path | None = None) -> Constitution:
    """The constitution of this reference, such as ``harmlessness@1`` or a path; raises ``NotFound``, ``BadFile``."""
    return Shelf(find_root(Path(root) if root is not None else Path.cwd())).constitution(ref).constitution


def load_run(out: str | Path) -> api.Finished:
    """The run that wrote this folder: its ``trails``, ``pairs`` and ``fates``, ``dataset()`` and ``to_pandas()``.

    ``load_run("out/").to_pandas("verdicts")`` has one row for each thing that a critic, a deterministic rule, a judge
    or a person said; ``api.tables.Said`` tells what its columns are. Raises ``NotFound`` and ``BadFile``.
    """
    return api.load_run(out)


def export(
    folder: str | Path,
    *,
    to: str,
    out: str | Path,
    split: str | None = None,
    skip: bool = False,
    unverified: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """``out`` is the dataset ``folder`` as the trainer ``to`` reads it, with its labels; what ``out/export.json`` says.

    ``constitution export --formats`` lists the formats, what each cannot say and which ``options`` it takes. Raises
    ``Mistake`` where a row cannot be written without loss: ``skip`` leaves such rows out and lists them; ``Occupied``
    where something else stands at ``out``; ``NotFound``, ``BadFile`` and ``Stopped``.
    """
    return exporting.export(folder, to, out, split=split, skip=skip, unverified=unverified, options=options)


def audit(
    path: str | Path,
    *,
    tokenizer: str | Path | None = None,
    max_length: int | None = None,
    chat_template: str | Path | None = None,
    split: str | None = None,
    rows: str | Path | None = None,
) -> Report:
    """What a trainer will make of anybody's pairs: the report's ``findings``, what spoils most first, and ``figures``.

    ``path`` is a dataset folder or a file; with a ``tokenizer`` (a folder, or a name in the cache) the rows are seen
    after chat template and truncation to ``max_length``, and ``rows`` is a new file for the tokens of each. Raises
    ``NotFound``, ``BadFile``, ``Mistake``, ``Occupied`` and ``Stopped``.
    """
    return auditing.audit(
        path, tokenizer=tokenizer, max_length=max_length, chat_template=chat_template, split=split, rows=rows
    )


def mix(*sources: str | Path | Sequence[str | Path], out: str | Path, **order: Any) -> mixing.Mixture:
    """``out`` is a dataset of the rows of these dataset folders and files, each row as it was sealed.

    A source is a path, or ``"path=0.7"`` with its share; ``rows``, ``assume``, ``seed``, ``max_synthetic``,
    ``forbid_restriction``, ``require_verified``, ``key``, ``drop_contradictions``, ``test_share``, ``with_rehearsal``
    and ``dry_run`` are as in ``constitution data mix --help``. Raises ``Mistake``, with nothing written, where a bound
    is not kept or a source is not what it says it is; with ``dry_run`` the report names it as a refusal.
    """
    mixture = mixing.mix(*sources, out=out, **order)
    if mixture.refusals and not mixture.order.dry_run:
        raise Mistake("; ".join(mixture.refusals), remedy="nothing was written; dry_run=True reports the whole mixture")
    return mixture


def check(data: Any) -> mixing.Checked:
    """How many rows that go into a training bring no labels, with a Python warning where there are some.

    ``data`` is a ``datasets.Dataset`` or ``DatasetDict``, any iterable of rows, a dataset folder or a file of rows.
    Labels are looked for, not verified. Raises ``NotFound`` and ``BadFile`` for a path that cannot be read.
    """
    return mixing.check(data)


def training_data(*folders: str | Path) -> dict[str, Any]:
    """What to write to ``training_data.json`` beside a checkpoint: roots, shares and licences of dataset folders.

    Raises ``NotFound`` and ``BadFile`` for what is no dataset folder.
    """
    return mixing.training_data(*folders)


def verify(
    path: str | Path,
    *,
    key: str | Path | Iterable[str | Path] = (),
    against: str | Path | None = None,
    subset: bool = False,
    min_sequence: int | None = None,
    expect_root: str = "",
    repair: bool = False,
    out: str | Path | None = None,
) -> verifying.Report:
    """Whether a dataset folder, or a file of its rows, is what it says: the report's ``word``, ``ok``, ``levels``.

    ``key`` are public keys that all must have signed: without one the best word is CONSISTENT. ``against`` is the
    folder that a file of rows came from. With ``repair`` lost labels are first put back from the folder's index, for a
    file of rows into the new file ``out``; without it nothing is changed. Raises the errors of ``constitution.errors``.
    """
    return verifying.verify(
        path, key=key, against=against, subset=subset, min_sequence=min_sequence, expect_root=expect_root,
        repair=repair, out=out,
    )  # fmt: skip


def _order(recipe: str, given: dict[str, Any]) -> api.Order:
    known = [field.name for field in fields(api.Order)]
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            remedy = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise Mistake(f"there is no argument {name!r}", remedy=remedy)
    return api.Order(recipe=recipe, **given)
