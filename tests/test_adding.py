"""A new check, strategy and stage: one new file and one new line each, shown on a copy of the package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "constitution"

CHECK = '''
"""The chosen answer has an odd number of words."""
from constitution.core.trail import Finding, Pair, Trail

def odd_words(pair: Pair, trail: Trail, *, severity: str = "refuse") -> Finding | None:
    if len(pair.chosen.text.split()) % 2:
        return Finding(check="odd_words", severity=severity, reason="odd")
    return None
'''
STRATEGY = '''
"""The longer answer beats the shorter one, where it was earned."""
from constitution.core.trail import Pair, Trail
from constitution.pairing.revision_over_draft import revision_over_draft

def longer_over_shorter(trail: Trail) -> Pair | None:
    made = revision_over_draft(trail)
    return made if made and len(made.chosen.text) > len(made.rejected.text) else None
'''
STAGE = '''
"""Coin: ends half of the trails."""
from constitution.core.chance import fraction

def coin(brief, *, share: float = 0.5):
    def stage(trail):
        yield from ()
        return trail.ends("screened:coin", "tails") if fraction(brief.seed, trail.prompt.id, "coin") < share else trail
    return stage
'''
NEW = {
    "check": (
        "checks/odd_words.py",
        CHECK,
        "checks/__init__.py",
        '    "odd_words": "constitution.checks.odd_words:odd_words",',
    ),
    "strategy": (
        "pairing/longer_over_shorter.py",
        STRATEGY,
        "pairing/__init__.py",
        '    "longer_over_shorter": "constitution.pairing.longer_over_shorter:longer_over_shorter",',
    ),
    "stage": ("stages/coin.py", STAGE, "stages/__init__.py", '    "coin": "constitution.stages.coin:coin",'),
}
RECIPES = {
    "check": "stages: [draft, critique, revise, recheck, judge, pair, screen]\nchecks: [{odd_words: {severity: warn}}]",
    "strategy": "stages: [draft, critique, revise, recheck, judge, pair, screen]\npairing: longer_over_shorter",
    "stage": "stages: [{coin: {share: 1.0}}, draft, critique]",
}
RUN = """
import json, sys, constitution
done = constitution.run(sys.argv[1], prompts=sys.argv[2], root=sys.argv[3])
print(json.dumps({
    "fates": done.fates,
    "warned": sum(1 for v in done.pairs if v.trail.findings),
    "odd": sum(1 for v in done.pairs if len(v.pair.chosen.text.split()) % 2),
    "longer": all(len(v.pair.chosen.text) > len(v.pair.rejected.text) for v in done.pairs),
}))
"""


@pytest.mark.parametrize("kind", NEW)
def test_adding_one_takes_one_file_and_one_line(kind: str, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(PACKAGE, checkout / "constitution", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE.parent / "pyproject.toml", checkout)
    for folder in ("principles", "pipelines", "examples"):
        shutil.copytree(PACKAGE.parent / folder, checkout / folder)
    file, text, table, line = NEW[kind]
    (checkout / "constitution" / file).write_text(text)
    lines = (checkout / "constitution" / table).read_text().splitlines()
    end = lines.index("}")
    (checkout / "constitution" / table).write_text("\n".join([*lines[:end], line, *lines[end:]]) + "\n")
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(f"name: mine\nseed: s\nconstitution: harmlessness\n{RECIPES[kind]}\n")

    command = [sys.executable, "-c", RUN, str(recipe), str(checkout / "examples" / "prompts.jsonl"), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)

    if kind == "check":
        assert said["warned"] == said["odd"]
    elif kind == "strategy":
        assert said["longer"]
    else:
        assert set(said["fates"]) == {"screened:coin"}
