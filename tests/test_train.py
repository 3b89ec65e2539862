"""A DPO trainer takes the folder as it is: five steps of ``trl`` on a tiny model that is built on the spot."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

import constitution
from constitution.core.asking import Request
from constitution.core.records import Message
from constitution.dataset.folder import write_folder
from constitution.providers.simulator.answering import reply_to
from tests.folders import ask, contents, everything, paired, tool_prompt
from tests.tiny import library, save_tiny_model

pytestmark = [
    pytest.mark.train,
    pytest.mark.timeout(600),
    # What these libraries warn each other of is not ours to mend.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture
def demo_folder(tmp_path: Path) -> Path:
    """The folder that the demo writes."""
    prompts = Path(__file__).parent.parent / "examples" / "prompts.jsonl"
    constitution.run("revise", prompts=prompts, out=tmp_path / "out", root=tmp_path)
    return tmp_path / "out"


@pytest.fixture
def tools_folder(tmp_path: Path) -> Path:
    """The same with a prompt that called a tool."""
    pairs = [paired(tool_prompt()), *(paired(ask(f"Loaf {n}?"), revision=f"Yeast {n}.") for n in range(7))]
    write_folder(tmp_path / "tools", contents(*pairs))
    return tmp_path / "tools"


RECIPES = sorted(path.stem for path in (Path(__file__).parent.parent / "pipelines").glob("*.yaml"))


def with_answers(prompts: list[str]) -> list[dict[str, Any]]:
    """Rows that bring two answers along: those of two simulated models."""
    return [
        {
            "prompt": prompt,
            "candidates": [{"text": drafted(prompt, name), "origin": "unknown"} for name in ("plain", "careful")],
        }
        for prompt in prompts
    ]


def drafted(prompt: str, model: str) -> str:
    """What a simulated model answers."""
    return reply_to(Request(model=f"simulator:{model}", messages=(Message(role="user", content=prompt),))).text


def texts_of(rows: Any) -> list[str]:
    """All that the rows say."""
    return [message["content"] for row in rows for side in ("prompt", "chosen", "rejected") for message in row[side]]


def train(rows: Any, folder: Path, steps: int = 5) -> Any:
    """The trainer after so many steps on the rows."""
    trl = library("trl")
    library("torch").set_num_threads(1)
    save_tiny_model(folder / "model", texts_of(rows))
    settings = trl.DPOConfig(
        output_dir=str(folder / "trained"),
        max_steps=steps,
        per_device_train_batch_size=2,
        learning_rate=1e-3,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        disable_tqdm=True,
    )
    tokenizer = library("transformers").AutoTokenizer.from_pretrained(folder / "model")
    trainer = trl.DPOTrainer(model=str(folder / "model"), args=settings, train_dataset=rows, processing_class=tokenizer)
    trainer.train()
    return trainer


@pytest.mark.parametrize("which", ["demo_folder", "tools_folder"])
def test_a_dpo_trainer_takes_five_steps_on_the_folder_as_it_is(
    which: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder: Path = request.getfixturevalue(which)
    before = everything(folder)
    rows = library("datasets").load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    said = rows.to_list()

    trainer = train(rows, tmp_path)

    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert trainer.state.global_step == 5
    assert len(losses) == 5
    assert all(math.isfinite(loss) for loss in losses)
    assert rows.to_list() == said
    assert everything(folder) == before


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_dpo_trainer_takes_the_rows_of_each_recipe(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    examples = Path(__file__).parent.parent / "examples" / "prompts.jsonl"
    told = [json.loads(line) for line in examples.read_text().splitlines()]
    asked = [row["prompt"] for row in told if "prompt" in row]
    prompts = with_answers(asked) if recipe in ("adapt", "label") else asked
    constitution.run(recipe, prompts=prompts, out=tmp_path / "out", root=tmp_path, accept=2)
    rows = library("datasets").load_dataset(str(tmp_path / "out"), split="train", cache_dir=str(tmp_path / "cache"))

    trainer = train(rows, tmp_path, steps=2)

    losses = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    assert len(rows) == 2
    assert [math.isfinite(loss) for loss in losses] == [True, True]
