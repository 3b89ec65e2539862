"""Licences: what the SPDX name of one asks of those who use the text."""

from __future__ import annotations

import re

from constitution.labels.rollup import joined
from constitution.labels.spec import Restriction

_NAME = re.compile(r"[A-Za-z0-9.+-]+")
_ATTRIBUTION = ("MIT", "BSD-", "APACHE-", "ODC-BY", "CDLA-PERMISSIVE-1.0", "ISC")
_SHARE_ALIKE = ("GPL-", "LGPL-", "AGPL-", "ODBL-", "CDLA-SHARING-", "GFDL-")


def restrictions_of(license: str) -> list[Restriction]:
    """What this SPDX expression asks, over all licences that it names; nothing is known of other names.

    Of ``A OR B`` both are counted: who uses the text has chosen neither yet.

    >>> restrictions_of("CC-BY-NC-SA-4.0")
    ['non-commercial', 'share-alike', 'attribution']
    """
    return joined(*(_of_one(name.upper()) for name in _NAME.findall(license)))


def _of_one(name: str) -> list[Restriction]:
    if name.startswith("CC-BY"):
        marks = name.split("-")
        found: list[Restriction] = ["attribution"]
        found += ["non-commercial"] * ("NC" in marks)
        return [*found, *(["share-alike"] * ("SA" in marks))]  # type: ignore[list-item]
    if name.startswith(_SHARE_ALIKE):
        return ["share-alike", "attribution"]
    return ["attribution"] if name.startswith(_ATTRIBUTION) else []
