"""Who plays which role: from an order to the roles of a recipe, and back from the roles of a folder to an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from constitution.api.order import Order

_NAMED = {"author": "model", "critic": "critic", "reviser": "reviser", "judge": "judge", "teacher": "teacher"}
"""Role to the field of an order that names its player."""


def roles_asked(order: Order) -> dict[str, str | None]:
    """Role to who is asked for; the judges of the panel after the first are ``judge-2``, ``judge-3`` …"""
    panel = {f"judge-{number}": model for number, model in enumerate(order.panel or (), 2)}
    return {**{role: getattr(order, field) for role, field in _NAMED.items()}, **panel}


def naming(roles: Mapping[str, str]) -> dict[str, Any]:
    """The fields of an order that asks for these players."""
    others = sorted(role for role in roles if role.startswith("judge-"))
    return {
        **{field: roles.get(role) for role, field in _NAMED.items()},
        "panel": tuple(roles[role] for role in others),
    }
