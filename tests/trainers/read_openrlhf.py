"""OpenRLHF's own reading of an export: ``blending_datasets`` and ``RewardDataset`` with the flags of its script."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.trainers.reading import Reader, Sides, hollow, main


def prepare(packages: Path) -> Reader:
    """The reader; what the packages import by themselves is left out: Ray, DeepSpeed and more."""
    for name in ("openrlhf", "openrlhf.datasets", "openrlhf.utils"):
        hollow(name, packages)
    load = import_module("openrlhf.datasets.utils").blending_datasets
    dataset = import_module("openrlhf.datasets.reward_dataset").RewardDataset

    def read(export: Path, words: Any) -> dict[str, list[Sides]]:
        flags = dict(re.findall(r"--([\w.]+) ([^\s\\-]\S*)", (export / "openrlhf.sh").read_text()))
        keys = {name: flags[f"data.{name}"] for name in ("prompt_key", "chosen_key", "rejected_key")}
        args = SimpleNamespace(data=SimpleNamespace(**keys, apply_chat_template=True))
        strategy = SimpleNamespace(args=args, print=lambda *said: None, is_rank_0=lambda: False)
        found = {}
        for split, file, part in (
            ("train", "data.dataset", "train"),
            ("test", "eval.dataset", flags.get("eval.split")),
        ):
            if file in flags:
                rows = load(flags[file].strip('"').replace("$here", str(export)), None, strategy, dataset_split=part)
                # A margin is for its reward model, which reads the rows in the same way and keeps it.
                judged = "margin" in rows.column_names
                pairs = dataset(rows, words, 4096, strategy, is_dpo=not judged, num_processors=1)
                found[split] = [sides(pairs, place, words, judged) for place in range(len(pairs))]
        return found

    return read


def sides(pairs: Any, place: int, words: Any, judged: bool) -> Sides:
    """The token ids of a pair, parted where the prompt ends, as text."""
    chosen, _, rejected, _, extra = pairs[place]
    prompt = len(words(pairs.prompts[place])["input_ids"]) if judged else extra
    return {
        "prompt": words.decode(chosen[0][:prompt]),
        "chosen": words.decode(chosen[0][prompt:]),
        "rejected": words.decode(rejected[0][prompt:]),
        **({"margin": str(extra)} if judged else {}),
    }


if __name__ == "__main__":
    main(prepare)
