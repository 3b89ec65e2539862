"""The week in examples/ runs as it stands, and ends where it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from constitution import load_run

WEEK = Path(__file__).parent.parent / "examples" / "week.sh"


def test_the_week_of_a_safety_team_runs_from_five_lines_to_a_page(tmp_path: Path) -> None:
    folder = tmp_path / "week"
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "COLUMNS": "100"}
    done = subprocess.run(
        ["bash", str(WEEK), str(folder)], capture_output=True, text=True, env=environment, timeout=300
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert "released good-manners@1.0.0" in done.stdout
    assert "released good-manners@1.1.0" in done.stdout
    assert "5 rulings read, 5 new" in done.stdout
    assert "this run asked 0" in done.stdout
    ruled = [trail for trail in load_run(folder / "out").trails if trail.rulings]
    assert [trail.fate for trail in ruled] == ["no_violation"] * 5
    assert "reviewer-7" in (folder / "overruled.html").read_text(encoding="utf-8")
    assert "A. Reviewer" in (folder / "row.html").read_text(encoding="utf-8")
