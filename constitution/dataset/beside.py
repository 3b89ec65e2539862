"""Beside: a new folder is made next to its place and takes it whole, or is gone again and nothing has happened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from constitution.dataset.durable import disk_troubles, sync_folder
from constitution.dataset.exchange import put_in_place
from constitution.dataset.held import hold
from constitution.dataset.replace import ours_to_replace, recover, temporary
from constitution.errors import ConstitutionError


@contextmanager
def beside(out: Path, doing: str) -> Iterator[Path]:
    """Inside, an empty folder next to ``out``, held; afterwards it is gone, unless ``settle`` has put it at ``out``.

    Raises ``Occupied``, with nothing touched, where something stands at ``out`` that is not ours or another program
    writes to it, and ``Stopped`` where the disk refuses; ``doing`` is what it then says could not be done.
    """
    recover(out)
    ours_to_replace(out)
    new, aside = temporary(out)
    try:
        with ExitStack() as at_the_end:
            with disk_troubles(doing, out):
                out.parent.mkdir(parents=True, exist_ok=True)
                new.mkdir()
                at_the_end.callback(os.close, hold(new))
            yield new
    finally:
        if os.path.lexists(new) or os.path.lexists(aside):
            with suppress(ConstitutionError):
                recover(out)


def settle(new: Path, out: Path) -> None:
    """The finished folder is on the disk and stands at ``out``, whatever of ours stood there before."""
    for above, _, _ in os.walk(new, topdown=False):
        sync_folder(Path(above))
    put_in_place(new, out, temporary(out)[1])
