"""The tokens that a DPO trainer makes of a row: the arithmetic of TRL 1.16, without the trainer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from constitution.auditing.trap import PlainRow
from constitution.auditing.turns import SIDES, is_messages
from constitution.errors import Mistake, NotFound


class Tokens(NamedTuple):
    """Token ids of a row, before they are cut to length."""

    prompt: Sequence[int]
    chosen: Sequence[int]
    rejected: Sequence[int]
    lost: int = 0
    """Tokens at the end of the prompt that are left out, because the prompt alone is rendered otherwise than before an
    answer."""

    def cut(self, max_length: int) -> tuple[Sequence[int], Sequence[int]]:
        """Both completions as they are trained on: prompt and completion together hold so many tokens at most."""
        room = max(0, max_length - len(self.prompt))
        return self.chosen[:room], self.rejected[:room]


class Unfit(Exception):
    """The tokenizer or its template does not take a row; the trainer would stop there."""


def shared_length(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens both begin with."""
    both = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in both if a != b), min(len(one), len(other)))


class Tokenizer:
    """A tokenizer with its chat template, and rows as TRL 1.16 tokenizes them (``DPOTrainer._prepare_dataset``)."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def tokens_of(self, row: PlainRow) -> Tokens:
        """The ids of a row; raises ``Unfit``, with what was said, where the trainer would raise."""
        with _unfit():
            prompt, chosen, rejected = self._sides(row)
            settings = _settings(row)
            if is_messages(prompt) and not self._inner.chat_template:
                raise Unfit("the tokenizer has no chat template: give the one to train with as --chat-template FILE")
            if is_messages(prompt):
                alone = self._ids(prompt, add_generation_prompt=True, **settings)
            else:
                settings, alone = {}, self._ids(prompt)
            both = [self._ids(prompt + side, **settings) for side in (chosen, rejected)]
        start = min(shared_length(alone, ids) for ids in both)
        return Tokens(alone[:start], both[0][start:], both[1][start:], len(alone) - start)

    def _sides(self, row: PlainRow) -> tuple[Any, Any, Any]:
        chosen, rejected = (row[name] for name in SIDES)
        if row.get("prompt") is None:
            place = _parting(chosen, rejected)
            prompt, chosen, rejected = chosen[:place], chosen[place:], rejected[place:]
        else:
            prompt = row["prompt"]
        if not is_messages(prompt):
            chosen, rejected = (self._ended(side) for side in (chosen, rejected))
        return prompt, chosen, rejected

    def _ended(self, side: Any) -> Any:
        """Text with the token that ends an answer, which a chat template would have written."""
        end = self._inner.eos_token
        return side + end if isinstance(side, str) and not side.endswith(end) else side

    def _ids(self, text: Any, **settings: Any) -> list[int]:
        if isinstance(text, list):
            made = self._inner.apply_chat_template(text, tokenize=True, return_dict=True, **settings)
        else:
            made = self._inner(text=text)
        return list(made["input_ids"])


def _parting(chosen: Any, rejected: Any) -> int:
    """Where TRL takes a prompt that is not written to end: at the first thing that differs, or at the last of the
    shorter; a space before it goes with the answers."""
    shorter = min(len(chosen), len(rejected))
    place = next((place for place in range(shorter) if chosen[place] != rejected[place]), None)
    if place is None:
        return shorter - 1
    return place - 1 if chosen[place - 1] == " " else place


def _settings(row: PlainRow) -> dict[str, Any]:
    tools = row.get("tools")
    more = row.get("chat_template_kwargs", {})  # null raises here as it does there
    return {"tools": json.loads(tools) if isinstance(tools, str) else tools, **more}


@contextmanager
def _unfit() -> Any:
    from jinja2 import TemplateError

    try:
        yield
    except (TemplateError, TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        said = " ".join(str(error).split())[:200]
        raise Unfit(f"{type(error).__name__}: {said}") from error


def load_tokenizer(name: str, template: Path | None = None) -> Tokenizer:
    """The tokenizer in this folder, or of this name in the cache of downloads; nothing is fetched.

    Raises ``Mistake`` where the library is not installed, and ``NotFound`` where there is no such tokenizer.
    """
    try:
        import transformers
    except ImportError as error:
        raise Mistake(
            "to use --tokenizer, transformers must be installed", remedy="pip install 'constitution[train]'"
        ) from error
    transformers.logging.get_logger("transformers.tokenization_utils_base").setLevel("ERROR")
    try:
        inner = transformers.AutoTokenizer.from_pretrained(name, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotFound(
            f"there is no tokenizer {name!r} on this machine",
            remedy="name a folder with tokenizer.json and tokenizer_config.json, or download the model first",
        ) from error
    if template is not None:
        try:
            inner.chat_template = template.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NotFound(
                "the chat template cannot be read", where=str(template), remedy="name a file with a Jinja template"
            ) from error
    return Tokenizer(inner)
