"""Axolotl's own reading of an export: the transform that its YAML names, mapped as ``utils/data/rl.py`` maps it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from tests.trainers.reading import Reader, Sides, main


def prepare(packages: Path) -> Reader:
    """The reader; the module that maps imports the trainer whole, which is why its few lines are said again here."""
    load = import_module("axolotl.prompt_strategies.dpo").load
    setting = import_module("axolotl.utils.dict").DictDefault
    kinds = import_module("axolotl.utils.schemas.datasets")
    adapter = import_module("pydantic").TypeAdapter(kinds.SFTDataset | kinds.DPODataset)
    datasets, yaml = import_module("datasets"), import_module("yaml")

    def read(export: Path, words: Any) -> dict[str, list[Sides]]:
        config = yaml.safe_load((export / "axolotl.yaml").read_bytes())
        found = {}
        for split, key in {"train": "datasets", "test": "test_datasets"}.items():
            # As its configuration is checked, and as its transform is asked for: always by the key ``datasets``.
            for each in config.get(key, ()):
                told = adapter.validate_python(each).model_dump(exclude_none=True)
                transform, options = load(told["type"], setting({**config, "datasets": [told]}))
                rows = datasets.load_dataset("json", data_files=str(export / told["path"]), split=told["split"])
                read = rows.map(transform, fn_kwargs={"tokenizer": words}, **options)
                found[split] = [{side: row[side] for side in ("prompt", "chosen", "rejected")} for row in read]
        return found

    return read


if __name__ == "__main__":
    main(prepare)
