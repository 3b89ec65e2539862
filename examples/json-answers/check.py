"""Passes an answer that is one JSON object with item, count and price; says on stderr what else it is."""

import json
import sys

WANTED = {"item": str, "count": int, "price": float}


def problem(text: str) -> str:
    """What is wrong with the answer; nothing where it is as it should be."""
    try:
        order = json.loads(text)
    except ValueError as error:
        return f"no JSON: {error}"
    if not isinstance(order, dict) or order.keys() != WANTED.keys():
        return f"must be an object with {', '.join(WANTED)}"
    for key, kind in WANTED.items():
        if type(order[key]) is not kind:
            return f"{key} must be of type {kind.__name__}, and is {order[key]!r}"
    return "" if order["count"] > 0 else "count must be 1 or more"


sys.exit(problem(sys.stdin.read()) or 0)
