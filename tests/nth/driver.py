"""The process that is struck: it loads the program once, and forks a child for every run.

It is started by ``disks`` with ``strike.c`` preloaded, reads a sweep a line from standard input, and writes a case a
line to standard output.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from constitution.ledger import read_ledger
from tests.endpoints_here import counts, forget, hashes
from tests.nth.cases import Case, End, Sweep

NEVER = 0
"""No operation has this number."""


class Driver:
    """Runs one command again and again, in copies of one project."""

    def __init__(self, library: str, work: Path) -> None:
        self._strike = ctypes.CDLL(library)  # the one that is preloaded: a library is loaded once
        self._strike.strike_disarm.restype = ctypes.c_long
        self._strike.strike_arm.argtypes = [ctypes.c_char_p, *[ctypes.c_int] * 3, ctypes.c_long]
        self._work = work
        self._project = work / "project"
        self._warm: set[str] = set()

    def sweep(self, sweep: Sweep) -> Iterator[Case]:
        """The cases of one sweep: struck at the first number, then ``step`` later, until nothing is struck."""
        at = sweep.first
        while (case := self._case(sweep, at)).reached:
            yield case
            at += sweep.step
        yield case

    def _case(self, sweep: Sweep, at: int) -> Case:
        """What came of a run that was struck, and of the same command without it."""
        if sweep.url:
            forget(sweep.url)
        shutil.rmtree(self._project, ignore_errors=True)
        shutil.copytree(sweep.start, self._project)
        ends = [self._run(sweep, at) for _ in range(sweep.times)]
        left, beside_left = self._found()
        then = self._run(sweep, NEVER)
        files, beside = self._found()
        with closing(read_ledger(self._project / ".constitution/ledger.db")) as ledger:
            sent, kept = ledger.last_attempt(), ledger.replies()
        counted = counts(sweep.url) if sweep.url else {}
        return Case(at=at, reached=ends[0].seen >= at, ends=ends, left=left, beside_left=beside_left, then=then,
                    files=files, beside=beside, sent=sent, kept=kept, counted=counted)  # fmt: skip

    def _found(self) -> tuple[dict[str, str], list[str]]:
        """The files of the dataset with their hashes, and what stands beside it."""
        return hashes(self._project / "out"), sorted(os.listdir(self._project))

    def _run(self, sweep: Sweep, at: int) -> End:
        """The command in a child of its own, struck at this operation."""
        self._strike.strike_arm(os.fsencode(self._project), sweep.kinds, sweep.how, sweep.errno, at)
        code, out, err = self._child(self._project, sweep.arguments)
        return End(code=code, out=out, err=err, seen=self._strike.strike_disarm())

    def _child(
        self, folder: Path, arguments: Sequence[str], after: Callable[[], object] = lambda: None
    ) -> tuple[int, str, str]:
        """Exit code (less than 0: the signal that ended it), standard output and standard error."""
        told = [self._work / "out.txt", self._work / "err.txt"]
        child = os.fork()
        if not child:
            _be_the_command(folder, arguments, told, after)
        _, status = os.waitpid(child, 0)
        out, err = (path.read_text("utf-8") for path in told)
        return os.waitstatus_to_exitcode(status), out, err

    def warm_up(self, sweep: Sweep) -> None:
        """All that a run imports is imported here, so that no child has to; nothing else is done here."""
        if sweep.start in self._warm:
            return
        self._warm.add(sweep.start)
        folder, names = self._work / "warm", self._work / "names.txt"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(sweep.start, folder)
        code, out, err = self._child(folder, sweep.arguments, lambda: names.write_text("\n".join(sys.modules), "utf-8"))
        if code:
            raise SystemExit(f"{code}: {out}{err}")
        for name in names.read_text("utf-8").split():
            with suppress(ImportError):  # some are aliases that only their package knows
                importlib.import_module(name)
        gc.freeze()  # or every child would copy all of it the first time that it looks for cycles


def _be_the_command(folder: Path, arguments: Sequence[str], told: list[Path], after: Callable[[], object]) -> None:
    code = 99
    try:
        for number, path in enumerate(told, start=1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.chdir(folder)
        sys.argv = ["constitution", *arguments]
        from constitution.cli import main  # where it is imported in life: after the process has begun

        code = main()
        sys.stdout.flush()
        sys.stderr.flush()
        after()
    finally:
        os._exit(code)


def main() -> None:
    """Sweeps from standard input, cases to standard output, and an empty line after each sweep's last."""
    library, work = sys.argv[1:]
    driver = Driver(library, Path(work))
    for line in sys.stdin:
        sweep = Sweep(**json.loads(line))
        driver.warm_up(sweep)
        for case in driver.sweep(sweep):
            print(case.to_line(), flush=True)
        print(flush=True)


if __name__ == "__main__":
    main()
