"""Rows of others said in our own shape: the prompt once, the answers beside it as candidates.

Read are transcripts (``prompt``, ``transcript``), and two answers (``chosen``, ``rejected``) as plain text beside
a prompt, as message lists beside a prompt, and as whole conversations that share their beginning. The shared prompt
of two conversations ends with the last whole user turn (or tool result) that both have and that an assistant
answers in each: never within a turn. Its answers are the turns that follow at once; what was said after
them answers something else and is counted, not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from constitution.errors import BadFile
from constitution.sources.answers import ANSWERS, LABELS, Messages, tail_of, with_candidates
from constitution.sources.transcripts import after_colon, as_transcript, doubt_in, ends_open, is_transcript, turns_of

WAYS = ("messages", "prompt", "instruction")
"""Keys that can hold a prompt."""
KEYS = frozenset({"transcript", "source_id", "pair_id", "prompt_id", "prompt_origin", *ANSWERS, *LABELS})
"""Keys that are read here, beside those of our own shape."""
OWN_PAIR = "pp1:"
"""How the ``pair_id`` of a row that this program wrote begins."""


def in_our_shape(row: Mapping[str, Any], where: str, ignored: Counter[str]) -> dict[str, Any]:
    """The same row with ``messages``, ``prompt`` or ``instruction``, and its answers as ``candidates``.

    Rows of our own shape, and of none that is known, come back as they are. Raises ``BadFile`` for two answers that
    do not answer one prompt, and for a row that says two things about its prompt or its answers.
    """
    row = _opened(row, where, ignored)
    if str(row.get("pair_id", "")).startswith(OWN_PAIR):
        return _prompt_alone(row, ignored)
    if not all(isinstance(row.get(name), (str, list, tuple)) for name in ANSWERS):
        return row
    whole = {name: _conversation(row[name], name, where) for name in ANSWERS}
    if all(whole.values()):
        return _shared(row, {name: messages or [] for name, messages in whole.items()}, where, ignored)
    if any(whole.values()):
        raise BadFile(
            "one of chosen and rejected is a whole conversation, the other is not",
            where=where,
            remedy="give both as conversations, or both as answers beside a prompt",
        )
    if not any(way in row for way in WAYS):
        return row
    tails = {name: tail_of(row[name], name, where) for name in ANSWERS}
    return with_candidates(row, tails, where, ignored)


def _opened(row: Mapping[str, Any], where: str, ignored: Counter[str]) -> dict[str, Any]:
    """The row with the messages of its transcript, whose last answer becomes ``response``."""
    read = dict(row)
    if isinstance(read.get("prompt"), (list, tuple)) and "messages" not in read:
        read["messages"] = read.pop("prompt")
    ways = [way for way in WAYS if way in read]
    key = "prompt" if ways == ["prompt"] else "transcript"
    given = read.get(key)
    text = _transcript(given, key, where) if isinstance(given, str) and not (key == "transcript" and ways) else None
    if text is None:
        return read
    if key == "prompt" and text != given:
        ignored["prompt: role words in a text that begins without a blank line"] += 1
        return read
    del read[key]
    read["messages"] = turns = turns_of(text)
    if turns and turns[-1]["role"] == "assistant":
        if any(name in read for name in ("response", "candidates", *ANSWERS)):
            raise BadFile(
                f"{key} ends with an answer, and the row brings others",
                where=where,
                remedy="keep the one or the others",
            )
        read["response"] = turns.pop()["content"]
    elif ends_open(text):
        read |= {name: after_colon(read[name]) for name in ("response", *ANSWERS) if isinstance(read.get(name), str)}
    return read


def _transcript(text: str, key: str, where: str) -> str | None:
    """The transcript that a text is, or ``None``; raises ``BadFile`` where it cannot be told.

    A prompt that begins without a blank line is one text, however it goes on.
    """
    found = as_transcript(text)
    doubt = doubt_in(text if key == "prompt" else found or text)
    if doubt:
        raise BadFile(
            f"{key} may be a transcript: {doubt}",
            where=where,
            remedy=r'begin each turn with "\n\nHuman: " or "\n\nAssistant: ", or give the turns as messages',
        )
    return found


def _prompt_alone(row: Mapping[str, Any], ignored: Counter[str]) -> dict[str, Any]:
    """The prompt of a pair that this program wrote: the pair's answers came of a run, not with the prompt."""
    ignored.update(name for name in ANSWERS if name in row)
    names = {"messages": "messages", "source": "source", "source_id": "id", "license": "license",
             "group_id": "group_id", "prompt_origin": "origin"}  # fmt: skip
    prompt = {ours: row[name] for name, ours in names.items() if row.get(name) not in (None, "unknown")}
    if prompt.get("group_id") == row.get("prompt_id"):
        prompt.pop("group_id", None)
    return prompt


def _conversation(value: Any, name: str, where: str) -> Messages | None:
    """The messages of a whole conversation; ``None`` for an answer alone."""
    if isinstance(value, str):
        text = _transcript(value, name, where)
        return None if text is None else turns_of(text)
    messages: Messages = [item for item in value if isinstance(item, Mapping) and isinstance(item.get("role"), str)]
    return messages if len(messages) == len(value) > 0 and messages[0]["role"] != "assistant" else None


def _shared(row: dict[str, Any], whole: Mapping[str, Messages], where: str, ignored: Counter[str]) -> dict[str, Any]:
    """The row of two conversations: what they share is the prompt."""
    stated = {way: row[way] for way in WAYS if way in row}
    place = _parting(whole, [value for value in stated.values() if isinstance(value, (list, tuple))])
    if place == 0:
        raise BadFile(
            "chosen and rejected do not begin with the same user turn",
            where=where,
            remedy='make two rows of them, as {"transcript": text} or {"messages": [...], "response": text}',
        )
    prompt = whole["chosen"][:place]
    for way, value in stated.items():
        if not _agrees(value, prompt, whole):
            raise BadFile(f"{way} is not the prompt of chosen and rejected", where=where, remedy=f"leave {way} out")
    rest = {name: value for name, value in row.items() if name not in WAYS}
    tails = {name: messages[place:] for name, messages in whole.items()}
    return with_candidates({**rest, "messages": prompt}, tails, where, ignored)


def _parting(whole: Mapping[str, Messages], stated: Sequence[Messages]) -> int:
    """How many messages are the prompt of both conversations; 0 where they share none.

    A prompt that the row itself states is it, where both begin with it.
    """
    one, other = whole.values()
    alike = [left == right for left, right in zip(one, other, strict=False)]
    common = alike.index(False) if False in alike else len(alike)
    for prompt in stated:
        if list(prompt) == list(one[: len(prompt)]) and _ends_well(whole, len(prompt), common):
            return len(prompt)
    return next((place for place in range(common, 0, -1) if _ends_well(whole, place, common)), 0)


def _ends_well(whole: Mapping[str, Messages], place: int, common: int) -> bool:
    """Both conversations share these messages, which ask for an answer and are answered, or not yet."""
    one = next(iter(whole.values()))
    if not 0 < place <= common or one[place - 1]["role"] not in ("user", "tool"):
        return False
    return all(len(messages) == place or messages[place]["role"] == "assistant" for messages in whole.values())


def _agrees(value: Any, prompt: Messages, whole: Mapping[str, Messages]) -> bool:
    """Whether another key of the row says the same prompt, or the same conversation."""
    if isinstance(value, str):
        said = turns_of(value) if is_transcript(value) else None
        return said == prompt or any(message.get("content") == value for message in prompt)
    return any(list(value) == list(messages) for messages in (prompt, *whole.values()))
