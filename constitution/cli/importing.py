"""What principles import says: the draft that it wrote, what could not be mapped, and what to do next."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from constitution.api.linting import problems
from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.cli.terminal import safe, write
from constitution.core.strict_yaml import decode
from constitution.principles.imports import Draft, imported
from constitution.recipe.needs import only_compared
from constitution.shelf import Shelf, find_root
from constitution.shelf.drafts import refuse_draft, shown_draft, write_draft
from constitution.shelf.rooms import read


def show_import(output: Output, file: Path, name: str, *, force: bool, dry_run: bool) -> int:
    """The draft is written, or with ``dry_run`` shown; raises ``BadFile``, ``Occupied`` and ``Mistake`` before that."""
    root = find_root(Path.cwd())
    draft = imported(decode(read(file, str(file)), str(file)), str(file), name=name)
    if not (force or dry_run):
        refuse_draft(root, name)
    for note in (*(f"not mapped: {each}" for each in draft.unmapped), *_notes(draft)):
        output.note(note)
    data = _data(draft, name)
    if dry_run:
        if not output.as_json:
            write(sys.stdout, safe(draft.text))
        output.note(f"{_summary(draft)}; nothing was written")
        return output.end({**data, "written": False, "text": draft.text})
    write_draft(root, name, draft.text, replace=force)
    found = problems(Shelf(root), f"{name}@draft")
    errors = sum(problem.level == "error" for problem in found)
    then = f"constitution principles lint {name}@draft"
    output.line(f"wrote {shown_draft(name)}: {_summary(draft)}")
    output.line(f"next: {then}")
    output.note(f"lint finds {count(errors, 'error')} and {count(len(found) - errors, 'warning')} in it")
    lint = {"errors": errors, "warnings": len(found) - errors}
    return output.end({**data, "written": True, "lint": lint, "next": then})


def _summary(draft: Draft) -> str:
    groups = draft.constitution.groups
    made = f"{count(len(draft.constitution.principles), 'principle')} in {count(len(groups), 'group')}"
    return f"{made}, {count(len(draft.unmapped), 'thing')} not mapped"


def _notes(draft: Draft) -> Iterator[str]:
    names = only_compared(draft.constitution.principles)
    if names:
        yield (
            f"{len(names)} of {count(len(draft.constitution.principles), 'principle')} hold only a "
            "preference_question, as they ask which answer is better: that is valid, but the recipe revise needs a "
            "rule, or a critique_request with a revision_request"
        )


def _data(draft: Draft, name: str) -> dict[str, Any]:
    return {
        "file": shown_draft(name),
        "shape": draft.shape,
        "groups": len(draft.constitution.groups),
        "principles": [principle.id for principle in draft.constitution.principles],
        "unmapped": [{"place": each.place, "what": each.what} for each in draft.unmapped],
        "only_compared": list(only_compared(draft.constitution.principles)),
    }
