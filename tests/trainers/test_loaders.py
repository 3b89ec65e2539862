"""OpenRLHF, Axolotl and LLaMA-Factory read our exports with their own loaders: each text on its side, no row lost."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from os import environ
from pathlib import Path
from typing import Any

import pytest
import yaml

from constitution.api.data.exporting import export
from constitution.core.records import Message, Prompt
from constitution.dataset.folder import each_pair, write_folder
from constitution.dataset.rows import Row
from tests.folders import ask, contents, paired
from tests.tiny import tiny_tokenizer
from tests.trainers.reading import MISSING, Sides

pytestmark = [pytest.mark.trainers, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / ".trainers"
READERS = {"openrlhf": "read_openrlhf", "axolotl": "read_axolotl", "llama-factory": "read_llama_factory"}
MARKS = re.compile(r"<\|[^|]*\|>|(Human|Assistant|System): ?")
"""What a template puts around a text."""


def conversation(number: int) -> Prompt:
    """Two questions with an answer between them, and a system message before every other one."""
    opening = [Message(role="system", content=f"Be brief, baker {number}.")] if number % 2 else []
    return Prompt.of(
        *opening,
        Message(role="user", content=f"Does loaf {number} rise?"),
        Message(role="assistant", content=f"It does, {number} times.\nSlowly."),
        Message(role="user", content='Why? "{{content}}" – naïve, I know 🍞\n\nSay it in one line.'),
    )


ASKED = (
    *(conversation(number) for number in range(6)),
    ask("A question alone?"),
    ask("Another one\u2028of two lines?"),
)
PAIRS = [
    paired(prompt, draft=f"It is YEAST {place}!\n\nI swear.", revision=f"Yeast, I think: {{{place}}}.\n- é\n- 'so'")
    for place, prompt in enumerate(ASKED)
]
HELD_OUT = frozenset({ASKED[1].id, ASKED[6].id})


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset of two splits."""
    folder = tmp_path_factory.mktemp("dataset") / "small"
    write_folder(folder, contents(*PAIRS, test_ids=HELD_OUT))
    return folder


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tokenizer with a chat template, learned from a few texts."""
    folder = tmp_path_factory.mktemp("tokenizer")
    words = tiny_tokenizer([message.content for prompt in ASKED for message in prompt.messages])
    words.bos_token = "<|turn|>"  # which templates of Axolotl ask for
    words.save_pretrained(folder)
    return folder


Read = Mapping[str, list[Sides]]
Reads = Callable[..., list[Read]]


def installed(trainer: str) -> Path:
    """Where the trainer is; the test is skipped where it could not be installed."""
    packages = PACKAGES / trainer
    if not (packages / ".installed").is_file():
        why = packages / "why"
        told = why.read_text().splitlines()[-1:] if why.is_file() else ["make test-trainers puts it there"]
        pytest.skip(f"{trainer} is not in {packages.relative_to(ROOT)}: {' '.join(told)}")
    return packages


@pytest.fixture(scope="module")
def reading(tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Reads:
    """What a trainer reads of exports; the test is skipped where the trainer is not there."""

    def read(trainer: str, *exports: Path) -> list[Read]:
        packages = installed(trainer)
        place = tmp_path_factory.mktemp("read")
        command = [sys.executable, "-W", "ignore", "-m", f"tests.trainers.{READERS[trainer]}"]
        alone = {"HF_HOME": str(place / "cache"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [*command, packages, tokenizer, place / "out.json", *exports],
            cwd=ROOT, env={**environ, **alone}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == MISSING:
            pytest.skip(f"{trainer} does not import here: {done.stderr.splitlines()[-1]}")
        assert done.returncode == 0, done.stderr[-4000:]
        found: list[Read] = json.loads((place / "out.json").read_text())
        return found

    return read


def astray(row: Row, read: Sides) -> list[str]:
    """What of a row does not stand where it should."""
    wrong = [side for side in ("chosen", "rejected") if bare(read[side]) != getattr(row, side)[0].content]
    said, place = read["prompt"], 0
    for message in row.prompt:
        place = said.find(message.content, place)
        if place < 0:
            return [*wrong, "prompt"]
        place += len(message.content)
    whole = [row.chosen[0].content in said, row.rejected[0].content in said, bare(said[place:]) != ""]
    return [*wrong, "prompt"] if any(whole) else wrong


def bare(text: str) -> str:
    """A text without what templates put around it."""
    return MARKS.sub("", text).removeprefix("assistant: ").strip()


def exported(dataset: Path, trainer: str, out: Path) -> Path:
    """The export for a trainer."""
    export(dataset, trainer, out)
    return out


def edited(out: Path, copy: Path, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Path:
    """A copy of an export with each line of its training split edited."""
    shutil.copytree(out, copy)
    lines = [json.loads(line) for line in (out / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    (copy / "train.jsonl").write_text("".join(json.dumps(edit(line)) + "\n" for line in lines))
    return copy


def swapped(line: dict[str, Any]) -> dict[str, Any]:
    """A line that calls the worse answer the better one."""
    return {**line, "chosen": line["rejected"], "rejected": line["chosen"]}


@pytest.mark.parametrize("trainer", READERS)
def test_a_trainer_reads_every_text_on_its_side_and_a_swapped_file_is_caught(
    trainer: str, dataset: Path, reading: Reads, tmp_path: Path
) -> None:
    good = exported(dataset, trainer, tmp_path / "good")
    rows: dict[str, list[Row]] = {"train": [], "test": []}
    for row, split in each_pair(dataset):
        rows[split].append(row)

    right, wrong = reading(trainer, good, edited(good, tmp_path / "swapped", swapped))

    assert {split: len(found) for split, found in right.items()} == {"train": 6, "test": 2}
    for split, found in right.items():
        assert [astray(row, read) for row, read in zip(rows[split], found, strict=True)] == [[]] * len(found)
    told = [astray(row, read) for row, read in zip(rows["train"], wrong["train"], strict=True)]
    assert told == [["chosen", "rejected"]] * 6


@pytest.mark.parametrize(
    ("trainer", "snippet", "source", "spelled"),
    [
        ("openrlhf", "openrlhf.sh", "openrlhf/cli/train_dpo.py", '"--{}",'),
        ("axolotl", "axolotl.yaml", "axolotl/utils/schemas/*.py", " {}: "),
        ("llama-factory", "llama_factory.yaml", "llamafactory/hparams/*.py", " {}: "),
    ],
)
def test_every_setting_of_a_snippet_is_one_that_the_trainer_has(
    trainer: str, snippet: str, source: str, spelled: str, dataset: Path, tmp_path: Path
) -> None:
    written = "".join(path.read_text() for path in installed(trainer).glob(source))
    said = (exported(dataset, trainer, tmp_path / "out") / snippet).read_text()
    names = re.findall(r" --(?!module)([\w.]+) ", said) if snippet.endswith(".sh") else settings(yaml.safe_load(said))

    assert len(names) >= 5
    assert [name for name in names if spelled.format(name) not in written] == []


def settings(config: dict[str, Any]) -> list[str]:
    """The names of all settings, those of each dataset too."""
    inner = [name for value in config.values() if isinstance(value, list) for each in value for name in settings(each)]
    return [*config, *inner]


def test_the_reward_model_of_openrlhf_reads_the_margin(dataset: Path, reading: Reads, tmp_path: Path) -> None:
    judged = [trail.but(pair=trail.pair.but(p_chosen=0.9)) for trail in PAIRS if trail.pair is not None]
    write_folder(tmp_path / "set", contents(*judged))
    export(tmp_path / "set", "openrlhf", tmp_path / "out", options={"margin": "p_chosen"})

    (read,) = reading("openrlhf", tmp_path / "out")

    rows = [row for row, _ in each_pair(tmp_path / "set")]
    assert [astray(row, pair) for row, pair in zip(rows, read["train"], strict=True)] == [[]] * len(rows)
    assert [pair["margin"] for pair in read["train"]] == ["2.197225"] * len(rows)


def test_axolotl_would_lose_the_answers_that_are_refused(dataset: Path, reading: Reads, tmp_path: Path) -> None:
    good = exported(dataset, "axolotl", tmp_path / "good")
    spaced, short = (edited(good, tmp_path / text.strip(), answering(text)) for text in ("Because.\n", "user"))
    config = (spaced / "axolotl.yaml").read_text()
    (spaced / "axolotl.yaml").write_text(config.replace("tokenizer_default", "llama3"))  # a template that trims

    trimmed, found = reading("axolotl", spaced, short)

    assert {read["chosen"] for read in trimmed["train"]} == {">"}
    assert all("[[dummy_message]]" in read["chosen"] for read in found["train"])


def answering(text: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Lines whose chosen answer is this text."""
    return lambda line: {**line, "chosen": [{"role": "assistant", "content": text}]}


def test_llama_factory_would_skip_or_change_the_rows_that_are_refused(
    dataset: Path, reading: Reads, tmp_path: Path
) -> None:
    good = exported(dataset, "llama-factory", tmp_path / "good")
    asked = {"from": "human", "value": "What is {{idx}}?"}
    two = edited(
        good, tmp_path / "two", lambda line: {**line, **({} if line["system"] else {"conversations": [asked] * 2})}
    )
    field = edited(good, tmp_path / "field", lambda line: {**line, "conversations": [asked]})

    filled, skipped = reading("llama-factory", field, two)

    assert all("What is 0?" in read["prompt"] for read in filled["train"])
    assert len(skipped["train"]) == 2
