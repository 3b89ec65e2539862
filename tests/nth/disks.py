"""Starts processes whose disk fails: builds ``strike.c``, and talks to ``driver``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.endpoints_here import clean_environment
from tests.nth.cases import Case, Sweep

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def built(folder: Path) -> Path:
    """The library that strikes, in this folder; the test is skipped where it cannot be made or would not be heeded."""
    if sys.platform != "linux":
        pytest.skip("libraries are preloaded by LD_PRELOAD on Linux only")
    if (compiler := shutil.which("cc")) is None:
        pytest.skip("there is no C compiler (cc) to build tests/nth/strike.c with")
    library = folder / "strike.so"
    flags = ["-O2", "-shared", "-fPIC"]
    done = subprocess.run(
        [compiler, *flags, "-o", library, HERE / "strike.c", "-ldl"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return library


class Disk:
    """A process whose disk can be made to fail, for one sweep after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def struck(self, sweep: Sweep) -> list[Case]:
        """The cases of the sweep; the last is the one that nothing happened to."""
        told, said = self._process.stdin, self._process.stdout
        assert told is not None
        assert said is not None
        told.write(sweep.to_line() + "\n")
        told.flush()
        cases = []
        while (line := said.readline()).strip():
            cases.append(Case.of_line(line))
        assert line, "the driver has ended; its error stands above"
        return cases


@contextmanager
def failing(library: Path, work: Path) -> Iterator[Disk]:
    """Inside, a disk that fails as it is told; what it needs stands in this folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.nth.driver", library, work], cwd=ROOT, text=True,
        env=clean_environment(LD_PRELOAD=str(library)),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with process:
        yield Disk(process)
        assert process.stdin is not None
        process.stdin.close()
