"""Something valid for a JSON Schema that belongs to no question known here."""

from __future__ import annotations

from typing import Any

_EMPTY: dict[str, Any] = {"string": "simulated", "integer": 0, "number": 0, "boolean": False, "null": None}


def instance(schema: Any) -> Any:
    """The smallest value of the simple kinds: constants, first options, required properties, empty lists."""
    if not isinstance(schema, dict):
        return "simulated"
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        fields: dict[str, Any] = schema.get("properties", {})
        return {name: instance(fields.get(name, {})) for name in schema.get("required", fields)}
    if kind == "array":
        return [instance(schema.get("items", {})) for _ in range(schema.get("minItems", 0))]
    return _EMPTY.get(kind, "simulated")
