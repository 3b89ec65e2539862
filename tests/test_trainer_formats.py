"""The rows that LLaMA-Factory, Axolotl and OpenRLHF read: their shapes, the files beside them, and what is refused."""

from __future__ import annotations

import json
import subprocess
from os import environ
from pathlib import Path
from typing import Any

import pytest
import yaml

from constitution.api.data.exporting import export
from constitution.core.records import Message, Prompt
from constitution.core.trail import Trail
from constitution.dataset.folder import load_pairs, write_folder
from constitution.errors import Mistake
from tests.folders import ask, contents, paired, tool_prompt

TRAINERS = ("llama-factory", "axolotl", "openrlhf")


def turns(*said: str, system: str | None = None) -> Prompt:
    """A conversation in which user and assistant take turns, the user first."""
    opening = [] if system is None else [Message(role="system", content=system)]
    spoken = [Message(role="assistant" if place % 2 else "user", content=text) for place, text in enumerate(said)]
    return Prompt.of(*opening, *spoken)


def exported(tmp_path: Path, to: str, *trails: Trail, test: Trail | None = None, **options: Any) -> Path:
    """The export of a folder with these trails, one of them in the test split."""
    both = contents(*trails) if test is None else contents(*trails, test, test_ids=frozenset({test.prompt.id}))
    write_folder(tmp_path / "set", both)
    export(tmp_path / "set", to, tmp_path / to, options=options)
    return tmp_path / to


def lines_of(out: Path, split: str = "train") -> list[dict[str, Any]]:
    """The lines of a split."""
    return [json.loads(line) for line in (out / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]


def refused(tmp_path: Path, to: str, *trails: Trail) -> str:
    """Why the export of these trails was not written."""
    with pytest.raises(Mistake) as caught:
        exported(tmp_path, to, *trails)
    assert not (tmp_path / to).exists()
    return str(caught.value)


ASKED = Message(role="user", content="Rain?")
LONG = turns("Does bread rise?", "It does.", "Why?", system="Be brief.")
BOTH = (paired(LONG), paired(ask("And cake?")))


def test_a_conversation_stands_whole_in_the_lines_of_llama_factory(tmp_path: Path) -> None:
    out = exported(tmp_path, "llama-factory", paired(LONG))

    (pair,) = load_pairs(tmp_path / "set")
    assert lines_of(out) == [
        {
            "pair_id": pair.pair_id,
            "system": "Be brief.",
            "conversations": [
                {"from": "human", "value": "Does bread rise?"},
                {"from": "gpt", "value": "It does."},
                {"from": "human", "value": "Why?"},
            ],
            "chosen": {"from": "gpt", "value": "Because of yeast, I think."},
            "rejected": {"from": "gpt", "value": "Because of YEAST! I swear."},
        }
    ]


@pytest.mark.parametrize("to", ["axolotl", "openrlhf"])
def test_a_conversation_stands_whole_in_the_lines_of_those_who_read_messages(to: str, tmp_path: Path) -> None:
    out = exported(tmp_path, to, paired(LONG))

    (pair,) = load_pairs(tmp_path / "set")
    assert lines_of(out) == [
        {
            "pair_id": pair.pair_id,
            "prompt": [message.as_json() for message in LONG.messages],
            "chosen": [{"role": "assistant", "content": "Because of yeast, I think."}],
            "rejected": [{"role": "assistant", "content": "Because of YEAST! I swear."}],
        }
    ]


def test_every_line_of_llama_factory_has_the_same_keys(tmp_path: Path) -> None:
    out = exported(tmp_path, "llama-factory", paired(LONG), paired(ask("And cake?")))

    assert {tuple(line) for line in lines_of(out)} == {("pair_id", "system", "conversations", "chosen", "rejected")}
    assert sorted(line["system"] for line in lines_of(out)) == ["", "Be brief."]


def test_llama_factory_finds_every_file_by_the_name_that_its_config_asks_for(tmp_path: Path) -> None:
    out = exported(tmp_path, "llama-factory", BOTH[0], test=BOTH[1])

    info = json.loads((out / "dataset_info.json").read_bytes())
    config = yaml.safe_load((out / "llama_factory.yaml").read_bytes())
    assert [config["dataset"], config["eval_dataset"]] == list(info) == ["pairs_train", "pairs_test"]
    assert [entry["file_name"] for entry in info.values()] == ["train.jsonl", "test.jsonl"]
    assert all((out / entry["file_name"]).is_file() for entry in info.values())
    keys = {name for entry in info.values() for name in entry["columns"].values()}
    assert keys == set(lines_of(out)[0]) - {"pair_id"}


def test_the_lines_for_axolotls_config_name_the_files_and_their_fields(tmp_path: Path) -> None:
    out = exported(tmp_path, "axolotl", BOTH[0], test=BOTH[1])

    config = yaml.safe_load((out / "axolotl.yaml").read_bytes())
    (train,), (test,) = config["datasets"], config["test_datasets"]
    assert (config["rl"], train["type"]) == ("dpo", "chat_template.default")
    assert [train["path"], test["path"]] == ["train.jsonl", "test.jsonl"]
    assert {**train, "path": ""} == {**test, "path": ""}
    assert {train[f"field_{name}"] for name in ("messages", "chosen", "rejected")} == set(lines_of(out)[0]) - {
        "pair_id"
    }


def test_the_command_for_openrlhf_names_the_files_and_their_keys(tmp_path: Path) -> None:
    out = exported(tmp_path, "openrlhf", BOTH[0], test=BOTH[1])

    script = (out / "openrlhf.sh").read_text()
    for said in ('--data.dataset "$here/train.jsonl"', '--eval.dataset "$here/test.jsonl" --eval.split train',
                 "--data.prompt_key prompt", "--data.chosen_key chosen", "--data.rejected_key rejected",
                 "--data.apply_chat_template"):  # fmt: skip
        assert said in script


def test_the_command_for_openrlhf_finds_its_files_from_anywhere_and_hands_flags_on(tmp_path: Path) -> None:
    out = exported(tmp_path, "openrlhf", BOTH[0], test=BOTH[1])
    (tmp_path / "deepspeed").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "deepspeed").chmod(0o755)
    known = {"PATH": f"{tmp_path}:{environ['PATH']}", "MODEL": "a model"}

    done = subprocess.run(
        ["sh", "openrlhf/openrlhf.sh", "--model.beta", "0.2"],
        cwd=tmp_path, env=known, capture_output=True, text=True, check=True,
    )  # fmt: skip

    said = done.stdout.splitlines()
    assert said[:4] == ["--module", "openrlhf.cli.train_dpo", "--model.model_name_or_path", "a model"]
    assert said[-2:] == ["--model.beta", "0.2"]
    for flag, name in (("--data.dataset", "train.jsonl"), ("--eval.dataset", "test.jsonl")):
        assert (tmp_path / said[said.index(flag) + 1]).samefile(out / name)


@pytest.mark.parametrize("to", TRAINERS)
def test_a_dataset_of_one_split_names_no_other(to: str, tmp_path: Path) -> None:
    out = exported(tmp_path, to, paired())

    beside = {path.name: path.read_text() for path in out.iterdir() if path.suffix in (".sh", ".yaml")}
    assert beside
    assert not any("test.jsonl" in text or "eval" in text or "test_datasets" in text for text in beside.values())


@pytest.mark.parametrize("to", TRAINERS)
def test_a_prompt_that_calls_tools_is_refused(to: str, tmp_path: Path) -> None:
    assert "it calls tools" in refused(tmp_path, to, paired(tool_prompt()))


@pytest.mark.parametrize("to", TRAINERS)
def test_a_message_that_names_its_speaker_is_refused(to: str, tmp_path: Path) -> None:
    prompt = Prompt.of(Message(role="user", content="Rain?", name="ann"))

    assert "names its speaker" in refused(tmp_path, to, paired(prompt))


@pytest.mark.parametrize("to", TRAINERS)
def test_a_pair_of_the_same_answer_twice_is_refused(to: str, tmp_path: Path) -> None:
    assert "both answers are the same" in refused(tmp_path, to, paired(draft="Of yeast.", revision="Of yeast."))


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        (Prompt.of(ASKED, ASKED), "do not take turns"),
        (Prompt.of(Message(role="assistant", content="Hello."), ASKED), "do not take turns"),
        (
            Prompt.of(ASKED, Message(role="system", content="Be brief."), ASKED),
            "a system message is not the first message",
        ),
        (turns("Rain?", system=""), "its system message is empty"),
        (turns("What is {{idx}} in a template?"), "{{idx}}"),
    ],
)  # fmt: skip
def test_what_llama_factory_would_skip_or_change_is_refused(prompt: Prompt, why: str, tmp_path: Path) -> None:
    assert why in refused(tmp_path, "llama-factory", paired(prompt))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("Because of yeast.\n", "white space"),
        (" Because of yeast.", "white space"),
        ("<think>Yeast?</think>Because of yeast.", "</think>"),
        ("user", "so short"),
        ("9!", "so short"),
        ("[[dummy_message]]", "so short"),
    ],
)
@pytest.mark.parametrize("side", ["chosen", "rejected"])
def test_an_answer_that_axolotl_would_not_find_again_is_refused(
    answer: str, why: str, side: str, tmp_path: Path
) -> None:
    trail = paired(revision=answer) if side == "chosen" else paired(draft=answer)

    told = refused(tmp_path, "axolotl", trail)

    assert why in told
    assert f"the {side} answer" in told


def test_openrlhf_takes_the_margin_of_the_reward_export_and_none_without_a_word(tmp_path: Path) -> None:
    judged = paired()
    assert judged.pair is not None
    sure = judged.but(pair=judged.pair.but(p_chosen=0.9))

    out = exported(tmp_path, "openrlhf", sure, margin="p_chosen")

    assert [line["margin"] for line in lines_of(out)] == [2.197225]
    assert "it has no p_chosen" in refused_margin(tmp_path / "unsure", judged)


def refused_margin(tmp_path: Path, trail: Trail) -> str:
    """Why there is no margin for it."""
    tmp_path.mkdir()
    with pytest.raises(Mistake) as caught:
        exported(tmp_path, "openrlhf", trail, margin="p_chosen")
    return str(caught.value)
