"""SFT: the chosen answers alone, to be imitated; or the critiques, for a critic of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from constitution.dataset.rows import Row
from constitution.exports import critic
from constitution.exports.formats import Facts, Format, Line, Source
from constitution.exports.said import first_of, messages, more_than_text, no_question, nothing_said, several_answers
from constitution.exports.taken import names_taken
from constitution.exports.trl import TOOLS

PURPOSE = "supervised training by TRL and others, one list of messages a line: "
CANNOT = (
    "the rejected answer: it is left out, and with it why the chosen one is better",
    "which of the assistant's messages is the answer: an earlier one in the prompt is learned like it",
    TOOLS,
)
CRITIC = (
    "critiques that found nothing: a row holds only those of the rejected answer, so that a critic trained on these "
    "lines alone learns to say how an answer breaks a principle, and never that it does not",
    "critiques whose violation no quote, omission, rule or person bears out: they are left out",
    "the quote itself and the severity: they stand in the column evidence and in the trails",
)


def sft(*, of: Literal["answers", "critiques"] = "answers") -> Format:
    """The format of TRL's ``SFTTrainer``: the chosen ``answers``, or a critic's ``critiques``."""
    if of == "critiques":
        return Format(
            purpose=PURPOSE + "how the rejected answer breaks a principle, as the critic said it",
            cannot=CRITIC,
            refusal=critic.refusal,
            lines=critic.lines,
            hints=only_answers,
            trap=names_taken("messages"),
        )
    return Format(
        purpose=PURPOSE + "the prompt and the chosen answer",
        cannot=CANNOT,
        refusal=first_of(more_than_text, several_answers, nothing_said, no_question),
        lines=lines,
        hints=only_answers,
        trap=names_taken("messages"),
    )


def lines(row: Row, source: Source) -> Sequence[Line]:
    """One line a pair."""
    return [Line({"pair_id": row.pair_id, "messages": messages((*row.prompt, *row.chosen))}, "chosen", "chosen/0")]


def only_answers(facts: Facts) -> Mapping[str, Any]:
    """Settings of ``SFTConfig`` with which the model does not learn to ask the questions as well."""
    return {
        "SFTConfig": {"assistant_only_loss": True},
        "why": "else the loss is over all messages; wants a chat template that marks the assistant's words "
        "({% generation %})",
    }
