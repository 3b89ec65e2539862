"""The README: its pair and its funnel are what the demo prints, its commands and its Python run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from constitution.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAIR = re.compile(r"constitution show out/demo (p-[0-9a-f]{8,})")


def constitution(*words: str, cwd: Path) -> str:
    """What the command prints on standard output."""
    environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    done = subprocess.run(
        [sys.executable, "-m", "constitution", *words],
        cwd=cwd, env={**environment, "COLUMNS": "100"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def block(name: str) -> str:
    """The text block of the README between two marks."""
    found = re.search(rf"<!-- {name} -->\n```text\n(.*?)\n```\n<!-- /{name} -->", README, re.S)
    assert found is not None, name
    return found.group(1)


def trimmed(text: str) -> list[str]:
    """Lines without spaces at their ends."""
    return [line.rstrip() for line in text.strip().splitlines()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which the demo has run, and what it printed."""
    folder = tmp_path_factory.mktemp("demo")
    prompts = str(ROOT / "examples" / "prompts.jsonl")
    return folder, constitution("run", "revise", "--prompts", prompts, "--out", "out/demo", cwd=folder)


def test_the_pair_is_what_show_prints(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    named = PAIR.search(README)
    assert named is not None
    shown = trimmed(constitution("show", "out/demo", named.group(1), cwd=folder))

    assert trimmed(block("pair")) == shown, "refresh the block: " + "\n".join(shown)


def test_the_funnel_is_what_the_demo_prints(demo: tuple[Path, str]) -> None:
    printed = trimmed(demo[1].split("\nthis run asked")[0])

    assert trimmed(block("funnel")) == printed, "refresh the block: " + "\n".join(printed)


def test_the_python_runs(tmp_path: Path) -> None:
    (found,) = re.findall(r"```python\n(.*?)```", README, re.S)
    done = subprocess.run([sys.executable, "-c", found], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_every_verb_and_flag_that_is_named_exists(capsys: pytest.CaptureFixture[str]) -> None:
    commands = re.findall(r"^\s+(?:\$ )?constitution ([a-z]+(?: [a-z]+)?)(.*)$", README, re.MULTILINE)
    assert commands
    named: dict[tuple[str, ...], set[str]] = {}
    for words, rest in commands:
        verb = words.split() if words.startswith(("principles", "model", "data")) else words.split()[:1]
        named.setdefault(tuple(verb), set()).update(re.findall(r"--[a-z-]+", rest))
    for command, flags in named.items():
        assert main([*command, "--help"]) == 0, command
        assert flags <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out)), command


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_every_file_that_is_linked_is_there(link: str) -> None:
    assert (ROOT / link).exists()
