"""LLaMA-Factory's own reading of an export: ``get_dataset`` from its ``dataset_info.json`` to token ids and labels."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from tests.trainers.reading import Reader, Sides, hollow, main

IGNORED = -100
"""The label of a token that is not trained on."""


def prepare(packages: Path) -> Reader:
    """The reader; torchaudio is put in as an empty module, for its newest release does not fit the newest torch."""
    os.environ["DISABLE_VERSION_CHECK"] = "1"
    silent = ModuleType("torchaudio")
    silent.__spec__ = ModuleSpec("torchaudio", None)
    sys.modules["torchaudio"] = silent
    hollow("llamafactory.hparams", packages)
    data, arguments = import_module("llamafactory.data"), import_module("llamafactory.hparams.data_args")
    yaml, transformers = import_module("yaml"), import_module("transformers")

    def read(export: Path, words: Any) -> dict[str, list[Sides]]:
        config = yaml.safe_load((export / "llama_factory.yaml").read_bytes())
        assert config["stage"] == "dpo"
        told = arguments.DataArguments(
            dataset=config["dataset"],
            eval_dataset=config.get("eval_dataset"),
            cutoff_len=config["cutoff_len"],
            dataset_dir=str(export),
            template="default",
        )
        rest = transformers.Seq2SeqTrainingArguments(output_dir=str(export.parent / "none"), use_cpu=True)
        template = data.get_template_and_fix_tokenizer(words, told)
        model = SimpleNamespace(cache_dir=None, hf_hub_token=None)
        # Its workflow for DPO asks for the data of a reward model (train/dpo/workflow.py).
        found = data.get_dataset(template, model, told, rest, stage="rm", tokenizer=words)
        files = {"train": "train_dataset", "test": "eval_dataset"}
        return {split: [sides(row, words) for row in found[key]] for split, key in files.items() if key in found}

    return read


def sides(row: Any, words: Any) -> Sides:
    """The token ids of a pair, parted by what is trained on, as text."""
    labels = row["chosen_labels"]
    prompt = [token for token, label in zip(row["chosen_input_ids"], labels, strict=True) if label == IGNORED]
    answers = {side: [label for label in row[f"{side}_labels"] if label != IGNORED] for side in ("chosen", "rejected")}
    return {"prompt": words.decode(prompt), **{side: words.decode(tokens) for side, tokens in answers.items()}}


if __name__ == "__main__":
    main(prepare)
