"""Answers several requests in one batch, each as it would be answered alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from constitution.core.asking import Reply, Request, Usage
from constitution.errors import CallFailed, Quarantined
from constitution.providers.transformers.drawing import Drawing
from constitution.providers.transformers.loading import Loaded
from constitution.providers.transformers.wording import tokens_of

LETTERS_A_TOKEN = 4
"""A letter takes up to so many tokens of a vocabulary of bytes."""


@dataclass(frozen=True)
class Row:
    """One request, ready to be answered."""

    request: Request
    tokens: list[int]
    thinking: bool
    """The template has opened the model's thoughts already."""
    room: int
    """Tokens that the answer may have."""


def row_of(request: Request, loaded: Loaded) -> Row | CallFailed:
    """The row of this request, or why the model cannot be asked: the failure is one of the request alone."""
    try:
        tokens, thinking = tokens_of(request, loaded.tokenizer)
    except CallFailed as failure:
        return failure
    left = loaded.context - len(tokens)
    if left < 1:
        return Quarantined(f"the question has {len(tokens)} tokens, and {loaded.name} takes {loaded.context} in all")
    return Row(request, tokens, thinking, min(request.max_tokens, left))


def generate(loaded: Loaded, rows: Sequence[Row], given_up: Callable[[], bool]) -> list[Reply]:
    """The replies by position; cut short once ``given_up`` says that nobody waits any more."""
    import torch

    width = max(len(row.tokens) for row in rows)
    # Filled up on the left, so that all answers begin at the same place; what fills is masked.
    filled = [[loaded.pad] * (width - len(row.tokens)) + row.tokens for row in rows]
    masked = [[0] * (width - len(row.tokens)) + [1] * len(row.tokens) for row in rows]
    ending = Ending(loaded.tokenizer, rows, width, given_up)
    with torch.inference_mode():
        written = loaded.model.generate(
            torch.tensor(filled, device=loaded.device),
            attention_mask=torch.tensor(masked, device=loaded.device),
            max_new_tokens=max(row.room for row in rows),
            do_sample=False,
            logits_processor=[Drawing([row.request for row in rows], width)],
            stopping_criteria=[ending],
        )
    answers = written[:, width:].tolist()
    return [
        reply_of(loaded, row, answer[: ending.lengths.get(place, len(answer))])
        for place, (row, answer) in enumerate(zip(rows, answers, strict=True))
    ]


class Ending:
    """Says which rows have their whole answer: at their own length, or at one of their own stop words."""

    def __init__(self, tokenizer: Any, rows: Sequence[Row], width: int, given_up: Callable[[], bool]) -> None:
        self._tokenizer = tokenizer
        self._rows = rows
        self._width = width
        self._given_up = given_up
        self.lengths: dict[int, int] = {}
        """Position of a row to the length at which it was ended here."""

    def __call__(self, tokens: Any, scores: Any, **more: Any) -> Any:
        """One yes or no a row."""
        import torch

        length = tokens.shape[1] - self._width
        for place, row in enumerate(self._rows):
            if place not in self.lengths and (length >= row.room or self._stops(row, tokens[place])):
                self.lengths[place] = length
        over = self._given_up()
        return torch.tensor([over or place in self.lengths for place in range(len(self._rows))], device=tokens.device)

    def _stops(self, row: Row, tokens: Any) -> bool:
        if not row.request.stop:
            return False
        reach = LETTERS_A_TOKEN * max(map(len, row.request.stop)) + LETTERS_A_TOKEN
        tail = self._tokenizer.decode(tokens[self._width :][-reach:].tolist(), skip_special_tokens=True)
        return any(stop in tail for stop in row.request.stop)


def reply_of(loaded: Loaded, row: Row, tokens: list[int]) -> Reply:
    """The reply that these tokens are."""
    end = next((place for place, token in enumerate(tokens) if token in loaded.ends), None)
    tokens = tokens if end is None else tokens[: end + 1]
    whole = loaded.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    said = min((whole.partition(stop)[0] for stop in row.request.stop), key=len, default=whole)
    thoughts, text = apart(said, row.thinking)
    finish: Literal["stop", "length", "empty"] = "length" if end is None and said == whole else "stop"
    return Reply(
        text=text,
        reasoning=thoughts,
        finish="empty" if finish == "stop" and not text.strip() else finish,
        model_returned=loaded.name,
        usage=Usage(input=len(row.tokens), output=len(tokens)),
        raw={"revision": loaded.revision, "device": loaded.device},
    )


def apart(said: str, thinking: bool) -> tuple[str, str]:
    """Thoughts and answer of a model that thinks aloud between ``<think>`` and ``</think>``.

    >>> apart("<think>Hm.</think>Yes.", False)
    ('Hm.', 'Yes.')
    """
    if not thinking and not said.lstrip().startswith("<think>"):
        return "", said
    thoughts, _, text = said.partition("</think>")
    return thoughts.strip().removeprefix("<think>").strip(), text.lstrip()
