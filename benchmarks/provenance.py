"""What labels cost: bytes of provenance a row, rows a second sealed, written and verified, and the memory for it.

python -m benchmarks.provenance [PREFERENCES.jsonl]

Bytes: a file of preferences, ``prompt`` with ``chosen`` and ``rejected`` (without one, 1,156 rows made up on the spot),
goes through the recipes ``label`` and ``revise``. The answers of the models are made by rule, so that every row that
can be a pair is one; what is counted is what stands in the data files, by zstd, column by column.

Speed and memory: so many rows of the recipe ``label``, in a process of its own for each number of rows.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from constitution.api import Order, prepare
from constitution.api.preparing import Prepared
from constitution.api.writing import growing_dataset
from constitution.core.asking import Reply, Request, drive
from constitution.core.trail import Trail
from constitution.labels.spec import FLAT

ROWS = 1_156
FEW, MANY = 10_000, 100_000
MOST_BYTES = 350
"""Of provenance and flat labels a row, zstd."""
MOST_MEMORY = 1.15
"""What ten times as many rows may need, as a multiple."""

WORDS = (
    "bread", "letter", "garden", "window", "doctor", "ticket", "river", "engine", "sister", "market", "paper", "colour",
    "winter", "kitchen", "number", "answer", "travel", "money", "music", "school", "water", "story", "animal", "street",
)  # fmt: skip


def made_up(rows: int) -> Iterator[dict[str, Any]]:
    """Rows that differ from each other, with a conversation of three messages each."""
    for number in range(rows):
        said = [f"{WORDS[number % 24]} {WORDS[number // 24 % 24]} {WORDS[number * 7 % 24]} {number}" for _ in range(2)]
        prompt = [
            {"role": "user", "content": f"Tell me of {said[0]}."},
            {"role": "assistant", "content": f"What of {said[1]}?"},
            {"role": "user", "content": f"All that one should know, for case {number}."},
        ]
        told = " ".join(WORDS[number * place % 24] for place in range(1, 60))
        sides = {"chosen": f"Calmly: {told} ({number}).", "rejected": f"I swear: {told} ({number})!"}
        yield {"messages": prompt, "candidates": [{"text": sides["rejected"]}, {"text": sides["chosen"]}]}


def ordered(recipe: str, rows: Path) -> Prepared:
    """The recipe over these rows, with the models of two providers."""
    critic = "anthropic:critic-1" if recipe == "revise" else None
    order = Order(
        recipe=recipe, prompts=rows, out="out", model="openai:author-1", critic=critic, judge="anthropic:judge-1"
    )
    return prepare(order, ready=False)


def answering(sides: dict[str, str]) -> Callable[[Request], Reply]:
    """Each request answered by rule; ``sides`` are rejected text to chosen text."""
    chosen = set(sides.values())

    def answer(request: Request) -> Reply:
        form, told = request.json_schema, request.messages[-1].content
        shown = re.findall(r"----- begin response (?:(R\w+) )?\w+ -----\n(.*?)\n----- end response", told, re.S)
        model = f"{request.model_name}-20260101"
        if form is None:  # the reviser is shown the draft
            return Reply(text=sides[shown[0][1]], model_returned=model)
        fields = form["properties"]
        said: dict[str, Any] = {"nonce": fields["nonce"]["enum"][0]}
        if "findings" in fields:
            names = fields["findings"]["items"]["properties"]["principle"]["enum"]
            text = shown[0][1]
            said |= {"intent": "benign", "findings": [finding(name, text, name == names[0] and text in sides)
                                                      for name in names]}  # fmt: skip
        else:
            better = next(name for name, text in shown if text in chosen)
            said |= {"reason": "It keeps to what is asked.", "principles": better, "helpfulness": better}
        return Reply(text=json.dumps(said), model_returned=model)

    return answer


def finding(principle: str, text: str, broken: bool) -> dict[str, str]:
    """What the critic says of one principle."""
    verdict, severity, evidence = ("violates", "serious", "quote") if broken else ("complies", "none", "none")
    said = "It says what nobody can know." if broken else "Nothing of the kind."
    return {"principle": principle, "reason": said, "verdict": verdict, "severity": severity, "evidence": evidence,
            "quote": text[:40].strip() if broken else ""}  # fmt: skip


def trails(prepared: Prepared) -> Iterator[Trail]:
    """The trail of each prompt."""
    for prompt in prepared.prompts:
        given = [candidate.text for candidate in prompt.candidates]
        yield drive(prepared.stage(Trail.start(prompt)), answering({given[0]: given[-1]} if given else {}))


def written(recipe: str, rows: Path, out: Path) -> None:
    """``out`` is the dataset folder of the recipe over these rows."""
    prepared = ordered(recipe, rows)
    with growing_dataset(out, prepared) as folder:
        assert folder is not None
        for trail in trails(prepared):
            folder.add(trail)
        folder.finish()


def bytes_a_row(file: Path) -> tuple[int, dict[str, float]]:
    """How many rows the file holds, and what each column weighs a row, compressed as it stands there."""
    import pyarrow.parquet as pq

    facts = pq.ParquetFile(file).metadata
    found: Counter[str] = Counter()
    for group in range(facts.num_row_groups):
        columns = facts.row_group(group)
        for place in range(columns.num_columns):
            column = columns.column(place)
            found[column.path_in_schema.split(".")[0]] += column.total_compressed_size
    return facts.num_rows, {name: size / facts.num_rows for name, size in found.items()}


def weigh(recipe: str, rows: Path, folder: Path) -> float:
    """Bytes of provenance and flat labels a row, printed with their parts."""
    out = folder / recipe
    written(recipe, rows, out)
    count, sizes = bytes_a_row(out / "data/train-00000-of-00001.parquet")
    flat = sum(sizes[name] for name in FLAT)
    whole, text = sizes["provenance"] + flat, sum(sizes[name] for name in ("prompt", "chosen", "rejected"))
    print(f"{recipe}, {count:,} rows: {whole:.0f} bytes a row of provenance, zstd ({MOST_BYTES} are allowed): "
          f"{sizes['provenance']:.0f} in its column, {flat:.0f} in flat labels, of these {sizes['pair_id']:.0f} the "
          f"name of the pair; the texts weigh {text:.0f}")  # fmt: skip
    return whole


def scaled(rows: int, folder: Path) -> None:
    """Print how fast so many rows are sealed, written and verified: this runs in a process of its own."""
    from constitution.api.data.verifying import verify
    from constitution.dataset.rows import row_of

    file = folder / "rows.jsonl"
    with open(file, "w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in made_up(rows))
    prepared = ordered("label", file)
    spent = {"sealed": 0.0, "written": 0.0, "verified": 0.0}
    with growing_dataset(folder / "out", prepared) as growing:
        assert growing is not None
        for number, trail in enumerate(trails(prepared)):
            if number % 10 == 0:  # sealing is a part of writing: it is timed by itself on every tenth row
                started = time.perf_counter()
                row_of(trail, engine="benchmark")
                spent["sealed"] += 10 * (time.perf_counter() - started)
            started = time.perf_counter()
            growing.add(trail)
            spent["written"] += time.perf_counter() - started
        started = time.perf_counter()
        growing.finish()
        spent["written"] += time.perf_counter() - started
    started = time.perf_counter()
    report = verify(folder / "out")
    spent["verified"] = time.perf_counter() - started
    told = ", ".join(f"{rows / seconds:,.0f} rows/s {name}" for name, seconds in spent.items())
    print(f"{rows:,} rows: {told}; {report.word}", flush=True)


def peak(rows: int) -> float:
    """The most memory that was resident while so many rows were sealed, written and verified, in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.provenance", "--scaled", str(rows), folder]
        running = subprocess.Popen(command)
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)
        return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main(given: list[str]) -> None:
    """Print what labels weigh, how fast they are, and the memory for it."""
    if given[:1] == ["--scaled"]:
        return scaled(int(given[1]), Path(given[2]))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(given[0]) if given else Path(folder, "rows.jsonl")
        if not given:
            file.write_text("".join(json.dumps(row) + "\n" for row in made_up(ROWS)), encoding="utf-8")
        for recipe in ("label", "revise"):
            weigh(recipe, file, Path(folder))
    few, many = peak(FEW), peak(MANY)
    print(f"memory: {few:.0f} MiB at most for {FEW:,} rows, {many:.0f} for {MANY:,}: {many / few:.2f} times as much; "
          f"{MOST_MEMORY} times are allowed")  # fmt: skip
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
