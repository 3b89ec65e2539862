"""Roll-ups: what the labels of a row's parts come to for the row as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from constitution.core.records import Origin
from constitution.labels.spec import RESTRICTIONS, UNKNOWN, Restriction

Synthetic = Literal["full", "partial", "none", "unknown"]

MADE_BY_MACHINE: tuple[Origin, ...] = ("model", "simulator", "program")

_IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def synthetic_of(*origins: Origin) -> Synthetic:
    """How much of a row machines wrote, rolled up from the origins of its texts.

    ``full`` if machines wrote all of them, ``none`` if people did, ``unknown`` if no machine is known of and
    something is not known, ``partial`` otherwise.

    >>> synthetic_of("human", "model", "model"), synthetic_of("human", "unknown", "human")
    ('partial', 'unknown')
    """
    if all(origin in MADE_BY_MACHINE for origin in origins):
        return "full"
    if all(origin == "human" for origin in origins):
        return "none"
    return "partial" if any(origin in (*MADE_BY_MACHINE, "mixed") for origin in origins) else "unknown"


def source_type(origins: Iterable[Origin]) -> str:
    """The IPTC word for how a row was made, rolled up over its parts.

    A trained model beside anything else gives the composite word, also where people edited: a text does not
    become human by being touched. Programs beside people give ``compositeSynthetic``. ``unknown`` where
    nothing says that a machine took part and not everything is known to be human.

    >>> source_type(["human", "model"]).rpartition("/")[2]
    'compositeWithTrainedAlgorithmicMedia'
    """
    kinds = set(origins)
    if kinds == {"model"}:
        return _IPTC + "trainedAlgorithmicMedia"
    if kinds & {"model", "mixed"}:
        return _IPTC + "compositeWithTrainedAlgorithmicMedia"
    if kinds & {"program", "simulator"}:
        return _IPTC + ("compositeSynthetic" if kinds & {"human", "unknown"} else "algorithmicMedia")
    return _IPTC + "digitalCreation" if kinds == {"human"} else UNKNOWN


def joined(*found: Iterable[Restriction]) -> list[Restriction]:
    """All restrictions of these, each once, in the order in which the specification names them.

    >>> joined(["attribution"], ["non-commercial", "attribution"])
    ['non-commercial', 'attribution']
    """
    named = {restriction for each in found for restriction in each}
    return [restriction for restriction in RESTRICTIONS if restriction in named]
