"""Declared rows: pairs without labels become sealed rows, each saying that its labels are assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from constitution.core.records import Message, Origin, Prompt
from constitution.dataset.provenance import part
from constitution.dataset.rows import NOTHING_KNOWN, Row
from constitution.errors import BadFile
from constitution.labels.hashes import pair_name, sealed
from constitution.labels.licences import restrictions_of
from constitution.labels.rollup import joined, source_type, synthetic_of
from constitution.labels.spec import NO_MODEL, SPEC, TEXTS, UNKNOWN
from constitution.labels.terms import SHIPPED, Terms, terms_of
from constitution.mixing.makers import model_said, nothing_overlaid, origin_said
from constitution.sources.rows import prompt_of

ANSWERS = ("chosen", "rejected")
READ = ("prompt_origin",)
"""Columns that are read here, and by no source of prompts."""
STRATEGY = "declared"
"""The strategy of such a row: its source says which answer is the better one, and nobody here has asked a judge."""


@dataclass(frozen=True)
class Declared:
    """One text of the row, and who is said to have made it."""

    messages: tuple[Message, ...]
    origin: Origin
    model: str = ""
    provider: str = ""
    terms: Terms | None = None
    """The conditions of the model, where the mixer named its provider and they are known."""

    @property
    def flat(self) -> str:
        """The model as the flat label says it."""
        return self.model or (NO_MODEL if self.origin == "human" else UNKNOWN)


class NoPreference(BadFile):
    """Both answers of a row are the same, or one is empty: it is no pair, and says nothing wrong."""


def declared_row(
    given: Any,
    where: str,
    told: Mapping[str, str],
    engine: str,
    terms: Sequence[Terms] = SHIPPED,
    unread: Counter[str] | None = None,
) -> Row:
    """The pair of a row without labels, sealed; what the row says of itself comes before what is declared.

    Two whole conversations are parted as ``sources.preferences`` does it: behind the last user turn that both share.
    In ``unread`` the columns that are passed over are counted. Raises ``NoPreference`` for a row whose answers are the
    same or of which one is empty, and ``BadFile`` for one that is no pair, or not wholly, and for one of which
    something else would be declared than it says.
    """
    ignored: Counter[str] = Counter() if unread is None else unread
    prompt = _pair_prompt(given, where, ignored)
    origins = {name: origin_said(given, name, where) for name in TEXTS}
    origins["prompt"] = origins["prompt"] or ("" if prompt.origin == UNKNOWN else prompt.origin)
    origins = {name: said or told.get(f"{name}_origin", told["origin"]) for name, said in origins.items()}
    nothing_overlaid(given, origins, where)
    texts = {"prompt": Declared(prompt.messages, cast(Origin, origins["prompt"]))}
    for name in ANSWERS:
        texts[name] = _answer(prompt, name, cast(Origin, origins[name]), model_said(given, name, where), told, terms)
    columns = _columns(prompt, texts, prompt.license or told["license"], prompt.source or told.get("source", UNKNOWN))
    plain = {name: [message.as_json() for message in each.messages] for name, each in texts.items()}
    columns["pair_id"] = pair_name(plain)
    provenance = sealed(columns, _provenance(texts, plain, columns, engine))
    messages = {name: each.messages for name, each in texts.items()}
    return Row.known(**messages, critique=(), **columns, provenance=provenance)


def _pair_prompt(given: Any, where: str, ignored: Counter[str]) -> Prompt:
    """The prompt of a row with both of its answers as candidates, ``rejected`` before ``chosen``."""
    if not isinstance(given, Mapping) or any(given.get(name) is None for name in ANSWERS):
        raise BadFile("the row has no chosen and rejected", where=where, remedy="give prompt, chosen and rejected")
    found: Counter[str] = Counter()
    prompt = prompt_of(given, where, found)
    lost = [key for key in found if key.startswith(tuple(f"{name}:" for name in ANSWERS))]
    if lost:
        raise BadFile(f"the row would not be read whole: {lost[0]}", where=where, remedy="give one answer a side")
    if len(prompt.candidates) != len(ANSWERS):
        raise NoPreference("chosen and rejected say the same, or one says nothing", where=where, remedy="remove it")
    ignored.update(key for key in found if key not in READ)
    return prompt


def _answer(
    prompt: Prompt, name: str, origin: Origin, model_named: str, told: Mapping[str, str], terms: Sequence[Terms]
) -> Declared:
    """One answer with its maker: by the row, else as declared."""
    text = prompt.candidates[ANSWERS[::-1].index(name)].text
    messages = (Message.known(role="assistant", content=text),)
    if model_named or origin == "human":
        return Declared(messages, origin, model_named)
    provider, colon, model = told.get(f"{name}_model", told.get("model", "")).partition(":")
    if not colon:
        return Declared(messages, origin, provider)
    return Declared(messages, origin, model, provider, terms_of(provider, model, terms))


def _columns(prompt: Prompt, texts: Mapping[str, Declared], license: str, source: str) -> dict[str, Any]:
    """Every column that is neither text nor provenance; the name of the pair is still to come."""
    return {
        "pair_id": "",
        "prompt_id": prompt.id,
        "group_id": prompt.group_id or prompt.id,
        "source": source,
        "source_id": prompt.source_id or UNKNOWN,
        "synthetic": synthetic_of(*(each.origin for each in texts.values())),
        **{f"{name}_origin": each.origin for name, each in texts.items()},
        **{f"{name}_model": texts[name].flat for name in ANSWERS},
        **{f"{name}_arm": "given" for name in ANSWERS},
        "license": license,
        "intent": prompt.intent or UNKNOWN,
        "strategy": STRATEGY,
        "flipped": False,
        "p_chosen": None,
        "p_basis": "none",
        "p_calibrated": False,
        "principles": (),
        "self_judged": False,
        "warnings": (),
        "evidence": NOTHING_KNOWN.told(),
    }


def _provenance(
    texts: Mapping[str, Declared], plain: Mapping[str, list[dict[str, Any]]], columns: Mapping[str, Any], engine: str
) -> dict[str, Any]:
    """One import a text, each marked as assumed; not sealed yet."""
    parts, steps = [], []
    for place, (name, each) in enumerate(texts.items()):
        steps.append(_step(f"s{place}", each, columns))
        parts += [part(f"{name}/{at}", each.origin, said, f"s{place}") for at, said in enumerate(plain[name])]
    bound = joined(
        restrictions_of(columns["license"]), *(each.terms.restrictions for each in texts.values() if each.terms)
    )
    return {
        "spec": SPEC,
        "source_type": source_type(each["origin"] for each in parts),
        "parts": [{name: value for name, value in each.items() if value != []} for each in parts],
        "steps": steps,
        "engine": engine,
        **({"restrictions": bound} if bound else {}),
    }


def _step(name: str, text: Declared, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The coming in of a text, with what the mixer says of it."""
    told = {
        "id": name,
        "kind": "import",
        "agent": text.origin,
        "assumed": True,
        "model": text.model,
        "provider": text.provider,
        "terms": (text.terms.id if text.terms else UNKNOWN) if text.origin == "model" else "",
        "source": columns["source"],
        "license": columns["license"],
    }
    return {key: value for key, value in told.items() if value != ""}
