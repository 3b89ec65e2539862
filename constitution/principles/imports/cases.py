"""Examples of others as cases of ours: what was asked, what was answered, and the verdict on it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

from constitution.core.places import Plain
from constitution.principles.model import Case

VERDICTS = {
    **dict.fromkeys(("violates", "violate", "violation", "violating", "breaks", "bad", "unacceptable"), "violates"),
    **dict.fromkeys(("complies", "comply", "compliant", "complying", "keeps", "good", "acceptable"), "complies"),
    **dict.fromkeys(("not_applicable", "not-applicable", "not applicable", "n/a", "na"), "not_applicable"),
}
"""Words for a verdict, and the field that holds cases with it."""
_NAMES = {
    "prompt": ("prompt", "input", "question", "user", "messages"),
    "response": ("response", "output", "answer", "completion", "assistant"),
    "quote": ("quote", "span", "spans", "evidence"),
    "note": ("note", "rationale", "reason", "why", "comment"),
}
_VERDICT = ("verdict", "label", "expected", "expect")


def fits(model: type[BaseModel], others: Mapping[str, Plain], field: str, value: Plain) -> bool:
    """Whether the model takes this value in the field, with these others beside it."""
    try:
        model.model_validate({**others, field: value})
    except ValidationError:
        return False
    return True


def case_of(example: Plain) -> tuple[str, dict[str, Plain], dict[str, Plain]] | None:
    """The verdict (empty where none is said), the case, and what it has no field for; None where it is no case."""
    if not isinstance(example, dict):
        return None
    rest: dict[str, Plain] = {key: value for key, value in example.items() if value is not None}
    case: dict[str, Plain] = {}
    for field, names in _NAMES.items():
        known = {"prompt": "x", "response": "x", **case}
        name = next((name for name in names if name in rest and fits(Case, known, field, _single(rest[name]))), None)
        if name is not None:
            case[field] = _single(rest.pop(name))
    verdict = ""
    if name := next((name for name in _VERDICT if str(rest.get(name)).strip().casefold() in VERDICTS), None):
        verdict = VERDICTS[str(rest.pop(name)).strip().casefold()]
    return (verdict, case, rest) if "prompt" in case and "response" in case else None


def cases_of(value: Plain, under: str) -> tuple[dict[str, list[Plain]], Plain]:
    """The cases of a list by their field, and what could not be taken.

    ``under`` is the verdict of an example that says none; where it is empty, such an example is not taken.
    """
    found: dict[str, list[Plain]] = {}
    left: list[Plain] = []
    for example in value if isinstance(value, list) else [value]:
        made = case_of(example)
        verdict = made and (under or made[0])
        if made is None or not verdict:
            left.append(example)
            continue
        found.setdefault(verdict, []).append(made[1])
        left += [made[2]] if made[2] else []
    return found, [*left] or None


def _single(value: Plain) -> Plain:
    """The one item of a list of texts; anything else as it is."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    return value
