"""Agreement: whether the flat labels of a row are what its parts and steps come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from constitution.labels.licences import restrictions_of, together
from constitution.labels.rollup import source_type, synthetic_of
from constitution.labels.spec import PARTED, PROVENANCE, TEXTS


def disagreements(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each label that is not the roll-up of the provenance, with what is wrong."""
    provenance = told[PROVENANCE]
    origins: dict[str, list[Any]] = {text: [] for text in PARTED}
    for part in provenance["parts"]:
        origins[part["path"].partition("/")[0]].append(part["origin"])
    for text in TEXTS:
        found = _together(origins[text])
        if told[f"{text}_origin"] != found:
            yield f"{text}_origin", f"{text}_origin says {told[f'{text}_origin']!r}, its parts say {found!r}"
    whole = synthetic_of(*(told[f"{text}_origin"] for text in TEXTS))
    if told["synthetic"] != whole:
        yield "synthetic", f"synthetic says {told['synthetic']!r}, the origins come to {whole!r}"
    if provenance["source_type"] != source_type(part["origin"] for part in provenance["parts"]):
        yield "source_type", f"source_type {provenance['source_type']!r} is not what its parts come to"
    yield from _models(told, provenance)
    yield from _licence(told, provenance)


def _together(origins: Sequence[str]) -> str:
    """Several messages of one text by different hands are mixed."""
    return origins[0] if len(set(origins)) == 1 else "mixed"


def _models(told: Mapping[str, Any], provenance: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The model of an answer is that of the last step with a model that touched it."""
    steps = {step["id"]: step for step in provenance["steps"]}
    for part in provenance["parts"]:
        text, _, place = part["path"].partition("/")
        if text not in ("chosen", "rejected") or place != "0":
            continue
        touched = [part["step"], *(edit["step"] for edit in reversed(part.get("edits") or ()))]
        last = next((steps[each] for each in touched if each in steps and steps[each].get("model")), None)
        said = told[f"{text}_model"]
        if last is not None and said not in (last["model"], last.get("model_returned")):
            named = last.get("model_returned") or last["model"]
            yield f"{text}_model", f"{text}_model says {said!r}, step {last['id']} says {named!r}"


def _licence(told: Mapping[str, Any], provenance: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The licence is that of the steps which brought text in; of several, an expression that names each."""
    licences = {step["license"] for step in provenance["steps"] if step.get("license")}
    said = told["license"]
    if len(licences) > 1 and all(each in said for each in licences):
        return
    if said != together(licences):
        yield "license", f"license says {said!r}, its steps say {together(licences)!r}"


def left_out(told: Mapping[str, Any], terms: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What binds the row by its licence and by the terms of its models, and is not said among its restrictions.

    ``terms`` are restrictions by the id of terms.
    """
    provenance = told[PROVENANCE]
    bound = set(_of_licence(told["license"]))
    for step in provenance["steps"]:
        bound.update(terms.get(step.get("terms") or "", ()))
    if lost := bound.difference(provenance.get("restrictions") or ()):
        yield f"restrictions leave out {', '.join(sorted(lost))}, which its licence or its models' terms bring"


@lru_cache(maxsize=256)
def _of_licence(license: str) -> frozenset[str]:
    return frozenset(restrictions_of(license))
