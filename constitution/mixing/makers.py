"""Makers: what a row without provenance says in its own columns of who wrote it; nothing declared is laid over that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from constitution.core.records import Origin
from constitution.errors import BadFile
from constitution.labels.spec import NO_MODEL, TEXTS, UNKNOWN

NOT_SAID = ("", UNKNOWN)
_LICENCE = frozenset({"licence", "licences", "licenses"})
_MODEL = frozenset(
    {"model", "models", "model_name", "model_id", "generator", "generated_by", "generation_model", "chosen_model",
     "rejected_model"}
)  # fmt: skip
"""Columns in which datasets in wide use name a model, as ``_alike`` spells them."""
SIMULATOR = "simulator:"
"""How the labels of a rehearsal name what stood in for a model."""
_READ = ("chosen_model", "rejected_model")


def origin_said(given: Mapping[str, Any], text: str, where: str) -> str:
    """Who wrote this text by the row's own columns, nothing where they do not say; a model that is named wrote it.

    Raises ``BadFile`` for a word that there is not, and where a person and a model are named for one answer.
    """
    column = f"{text}_origin"
    said = _word(given.get(column), column, where)
    model = model_said(given, text, where)
    if model and said == "human":
        raise BadFile(
            f"{column} says human, and {text}_model names {model}",
            where=where,
            remedy="keep what is true: mixed, if a model and a person wrote it",
        )
    if model.startswith(SIMULATOR) and said in ("", "model"):
        return "simulator"
    return said or ("model" if model else "")


def model_said(given: Mapping[str, Any], text: str, where: str) -> str:
    """The model that the row names for this text; raises ``BadFile`` for what is no name."""
    found = given.get(f"{text}_model")
    if found is not None and not isinstance(found, str):
        raise BadFile(f"{text}_model is no text", where=where, remedy="write the name of the model as text")
    return "" if found in (None, NO_MODEL, *NOT_SAID) else str(found)


def _word(found: Any, column: str, where: str) -> str:
    said = str(found).strip().lower() if found is not None else ""
    if said not in (*NOT_SAID, *get_args(Origin)):
        raise BadFile(
            f"{column} is {str(found)[:40]!r}, which is no word for a maker",
            where=where,
            remedy=f"known: {', '.join(get_args(Origin))}; the name of a model stands in a column of its own",
        )
    return "" if said in NOT_SAID else said


def nothing_overlaid(given: Mapping[str, Any], origins: Mapping[str, str], where: str) -> None:
    """Raises ``BadFile`` where a column that is not read names a licence, or a model while only people are to have
    written the row.
    """
    for column, value in _columns(given):
        name = _alike(column)
        if value in (None, "", [], {}):
            continue
        if name in _LICENCE:
            raise BadFile(
                f"the row names its licence in {column!r}, which is not read",
                where=where,
                remedy="call the column license, or remove it",
            )
        if name in _MODEL and column not in _READ and all(origins[text] in ("human", UNKNOWN) for text in TEXTS):
            raise BadFile(
                f"the row names a model in {column!r}, which is not read, and would say that no machine wrote of it",
                where=where,
                remedy="name the maker of each answer in chosen_model and rejected_model, or declare origin=model; "
                "or remove the column",
            )


def _columns(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The columns of a row, and what messages of its answers hold beside role and content."""
    for column, value in given.items():
        yield str(column), value
        if column in ("chosen", "rejected") and isinstance(value, (list, tuple)):
            for message in value:
                yield from message.items() if isinstance(message, Mapping) else ()


def _alike(column: object) -> str:
    return str(column).strip().lower().replace("-", "_").replace(" ", "_")
