"""From a finished run to its dataset folder: what the folder's writer must be handed, gathered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from constitution.api.preparing import ENGINE, Prepared
from constitution.core.chance import fraction
from constitution.core.records import Prompt
from constitution.dataset.contents import ConstitutionFile, FolderFacts
from constitution.dataset.growing import GrowingFolder, growing_folder
from constitution.dataset.replace import begin
from constitution.shelf import Shelved


def begin_folder(out: Path, prepared: Prepared) -> None:
    """Mark the folder as being written, with the inputs of this run.

    Raises ``Occupied`` for a folder of something else, and for an unfinished one with other inputs.
    """
    begin(out, prepared.inputs, accept_changes=prepared.order.accept_changes)


@contextmanager
def growing_dataset(out: Path | None, prepared: Prepared) -> Iterator[GrowingFolder | None]:
    """Inside, the dataset of this run grows beside ``out``, if one is wanted; see ``growing_folder``."""
    if out is None:
        yield None
        return
    with growing_folder(out, _facts(out, prepared)) as folder:
        yield folder


def _facts(out: Path, prepared: Prepared) -> FolderFacts:
    shelved = prepared.shelved
    share = prepared.recipe.splits.test
    return FolderFacts(
        name=out.name,
        run_id=prepared.run_id,
        engine=ENGINE,
        constitution=ConstitutionFile(
            ref=shelved.ref,
            name=shelved.constitution.name,
            version=shelved.constitution.version or "draft",
            content=shelved.bytes,
            approval=_approval(shelved),
        ),
        inputs=prepared.inputs,
        roles=prepared.roles,
        recipe_lock=prepared.lock,
        terms=prepared.conditions.terms,
        terms_texts=prepared.conditions.texts,
        materials=prepared.materials,
        templates={f"{name}.md": template.text for name, template in prepared.templates.items()},
        test_ids=frozenset(
            prompt.id for prompt in (prepared.prompts if share else ()) if goes_to_test(prompt, prepared.seed, share)
        ),
    )


def goes_to_test(prompt: Prompt, seed: str, share: float) -> bool:
    """Whether the prompt's group falls to the test split: by hash, so that a group is never torn."""
    return fraction(seed, "split", prompt.group_id or prompt.id) < share


def _approval(shelved: Shelved) -> dict[str, Any] | None:
    """Who released the principle file and why, as JSON values."""
    return None if shelved.approval is None else shelved.approval.model_dump(mode="json", exclude_none=True)
