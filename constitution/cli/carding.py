"""Says what became of a dataset's card."""

from __future__ import annotations

from pathlib import Path

from constitution.api.data.carding import card
from constitution.cli.output import Output


def show_card(output: Output, folder: Path, *, check: bool, file: Path | None) -> int:
    """The card is written or checked; ends with 1 where something differs from the rows."""
    done = card(folder, check=check, file=file)
    for note in done.notes:
        output.note(note)
    state = "written anew" if done.written else "was so already" if not check else "checked"
    found = done.findings
    for finding in found:
        output.line(finding)
    if not found or not check:
        output.line(f"{done.file}: {state}, rows: {done.rows}, root {done.root}")
    errors = [{"kind": "differs", "message": finding} for finding in found]
    return output.end(done.data(), code=1 if found else 0, errors=errors if output.as_json else ())
