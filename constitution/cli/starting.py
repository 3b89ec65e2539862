"""Begins a project: what ships is copied out, and the folder becomes a root."""

from __future__ import annotations

import shlex
from pathlib import Path

from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.errors import Mistake
from constitution.shelf import Shelf

MARK = "constitution.toml"
_MARKED = """\
# Marks the root of a project: commands given in this folder or below it find their files from here.
# Principles are in principles/, recipes in pipelines/, paid replies in .constitution/ledger.db.
"""


def start(output: Output, folder: Path) -> int:
    """The folder holds a project; what was in it is as it was. Raises ``Mistake`` where it cannot be written."""
    new = Shelf(folder).copy_out(folder)
    mark = folder / MARK
    try:
        with mark.open("x", encoding="utf-8") as file:
            file.write(_MARKED)
        new.append(mark)
    except FileExistsError:
        pass
    except OSError as error:
        raise Mistake(
            f"cannot write: {error.strerror or error}", where=str(mark), remedy="choose a folder that you may write to"
        ) from error
    for file_written in new:
        output.line(f"wrote {file_written}")
    here = "" if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && "
    then = f"{here}constitution run revise --prompts prompts.jsonl --out out/"
    output.line(f"{count(len(new), 'new file')}; nothing that was there was changed")
    output.line(f"next: {then}")
    return output.end({"written": [str(each) for each in new], "next": then})
