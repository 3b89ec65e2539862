"""TRL trains on what we hand it, DPO, KTO and reward models, and each text stands on its side when it is tokenised."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from constitution.api.data.exporting import export
from constitution.core.records import Message, Prompt
from constitution.core.trail import Trail
from constitution.dataset.folder import load_pairs, write_folder
from constitution.dataset.rows import Row
from tests.folders import ask, contents, paired
from tests.tiny import library, save_tiny_model

pytestmark = [
    pytest.mark.train,
    pytest.mark.timeout(600),
    # What these libraries warn each other of is not ours to mend.
    pytest.mark.filterwarnings("ignore"),
]

STEPS = 2
ENDS = "<|end|>"


def judged(prompt: Prompt, number: int) -> Trail:
    """A trail with a pair of which the judges were fairly sure."""
    trail = paired(prompt, draft=f"It is YEAST {number}!", revision=f"Yeast, I think: {number}.")
    assert trail.pair is not None
    return trail.but(pair=trail.pair.but(p_chosen=0.6 + number / 100))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small dataset: questions, and conversations with a system message."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    talks = (
        Prompt.of(
            Message(role="system", content=f"Be brief, baker {number}."),
            Message(role="user", content="Does bread rise?"),
            Message(role="assistant", content="It does."),
            Message(role="user", content=f"Why, {number} times?"),
        )
        for number in range(4)
    )
    prompts = (*talks, *(ask(f"Loaf {number}?") for number in range(4)))
    write_folder(tmp_path / "set", contents(*(judged(prompt, place) for place, prompt in enumerate(prompts))))
    return tmp_path / "set"


def rows_of(path: Path, cache: Path) -> Any:
    """The rows of a dataset folder, or of the training file of an export."""
    load = library("datasets").load_dataset
    if (path / "export.json").is_file():
        return load("json", data_files=str(path / "train.jsonl"), split="train", cache_dir=str(cache))
    return load(str(path), split="train", cache_dir=str(cache))


def trained(trainer: str, config: str, rows: Any, place: Path, **settings: Any) -> Any:
    """The trainer of this name, after its steps on the rows."""
    trl = library("trl")
    library("torch").set_num_threads(1)
    save_tiny_model(place / "model", [json.dumps(row) for row in rows])
    told = getattr(trl, config)(
        output_dir=str(place / "trained"),
        max_steps=STEPS,
        per_device_train_batch_size=4,
        learning_rate=1e-3,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        disable_tqdm=True,
        **settings,
    )
    words = library("transformers").AutoTokenizer.from_pretrained(place / "model")
    done = getattr(trl, trainer)(model=str(place / "model"), args=told, train_dataset=rows, processing_class=words)
    done.train()
    losses = [entry["loss"] for entry in done.state.log_history if "loss" in entry]
    assert [math.isfinite(loss) for loss in losses] == [True] * STEPS
    return done


def said(row: Row) -> str:
    """The prompt as the template of the tiny tokenizer has it, up to the answer."""
    turns = "".join(f"<|turn|>{message.role}: {message.content}{ENDS}" for message in row.prompt)
    return f"{turns}<|turn|>assistant: "


def columns(done: Any, *names: str) -> list[tuple[str, ...]]:
    """These columns of the tokenised dataset as text, row by row."""
    decode = done.processing_class.decode
    return [tuple(decode(row[name]) for name in names) for row in done.train_dataset]


@pytest.mark.parametrize("handed", ["the folder itself", "trl"])
def test_a_dpo_trainer_sees_each_answer_on_its_side(handed: str, folder: Path, tmp_path: Path) -> None:
    path = folder
    if handed == "trl":
        path = tmp_path / "trl"
        export(folder, "trl", path)

    done = trained("DPOTrainer", "DPOConfig", rows_of(path, tmp_path / "cache"), tmp_path)

    seen = columns(done, "prompt_ids", "chosen_ids", "rejected_ids")
    assert seen == [
        (said(row), row.chosen[0].content + ENDS, row.rejected[0].content + ENDS) for row in load_pairs(folder)
    ]


def test_a_dpo_trainer_takes_the_hints_of_the_export(folder: Path, tmp_path: Path) -> None:
    hints = export(folder, "trl", tmp_path / "trl")["hints"]["DPOConfig"]

    done = trained("DPOTrainer", "DPOConfig", rows_of(tmp_path / "trl", tmp_path / "cache"), tmp_path, **hints)

    assert hints == {"loss_type": "robust", "label_smoothing": 0.365}
    assert done.args.label_smoothing == 0.365


def test_a_kto_trainer_sees_which_answer_is_the_good_one(folder: Path, tmp_path: Path) -> None:
    hints = export(folder, "kto", tmp_path / "kto")["hints"]["KTOConfig"]

    done = trained("KTOTrainer", "KTOConfig", rows_of(tmp_path / "kto", tmp_path / "cache"), tmp_path, **hints)

    seen = columns(done, "prompt_ids", "completion_ids")
    labels = done.train_dataset["label"]
    wanted: set[tuple[str, str, bool]] = set()
    for row in load_pairs(folder):
        wanted |= {(said(row), row.chosen[0].content + ENDS, True), (said(row), row.rejected[0].content + ENDS, False)}
    assert {(*texts, label) for texts, label in zip(seen, labels, strict=True)} == wanted
    assert len(seen) == 16
    answers = {prompt: {one for asked, one in seen if asked == prompt} for prompt, _ in seen}
    beside = columns(done, "prompt_ids", "KL_completion_ids")
    assert not [prompt for prompt, other in beside if other in answers[prompt]], "a KL term of one's own answers"
    assert all(set(labels[first : first + 4]) == {True, False} for first in range(0, 16, 4))


def test_a_reward_trainer_sees_each_answer_on_its_side_and_the_margin(folder: Path, tmp_path: Path) -> None:
    export(folder, "reward", tmp_path / "reward", options={"margin": "p_chosen"})

    done = trained("RewardTrainer", "RewardConfig", rows_of(tmp_path / "reward", tmp_path / "cache"), tmp_path)

    seen = columns(done, "chosen_ids", "rejected_ids")
    rows = load_pairs(folder)
    assert seen == [
        (said(row) + row.chosen[0].content + ENDS, said(row) + row.rejected[0].content + ENDS) for row in rows
    ]
    odds = [math.log(row.p_chosen / (1 - row.p_chosen)) for row in rows if row.p_chosen is not None]
    assert list(done.train_dataset["margin"]) == pytest.approx(odds, abs=1e-6)


def swapped(row: dict[str, Any]) -> dict[str, Any]:
    """A row that calls the worse answer the better one."""
    return {"chosen": row["rejected"], "rejected": row["chosen"]}


def test_rows_with_swapped_answers_are_told_from_ours(folder: Path, tmp_path: Path) -> None:
    rows = rows_of(folder, tmp_path / "cache").map(swapped)

    done = trained("DPOTrainer", "DPOConfig", rows, tmp_path)

    seen = columns(done, "chosen_ids", "rejected_ids")
    assert seen == [(row.rejected[0].content + ENDS, row.chosen[0].content + ENDS) for row in load_pairs(folder)]
