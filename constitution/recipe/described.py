"""The parts of recipes described: what each stage, strategy and check does, and which settings it takes.

``python -m constitution.recipe.described`` prints the tables of ``pipelines/README.md``.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints

from constitution.checks import CHECKS
from constitution.core.named import named
from constitution.pairing import STRATEGIES
from constitution.stages import STAGES

ORDER = (
    "select", "given", "draft", "guard", "intent", "critique", "revise", "rounds", "recheck", "rate", "judge", "pair",
    "execute", "screen",
)  # fmt: skip
"""The stages as they follow one another in a recipe that takes them."""


def described() -> dict[str, str]:
    """The tables as Markdown, by what they are of."""
    return {
        "stages": _table(("stage", "what is true after it", "settings, each with its default"), (
            (f"`{name}`", _first(make), _settings(make)) for name in ORDER for make in [named("stages", STAGES, name)]
        )),
        "strategies": _table(("strategy", "what it claims", "settings"), (
            (f"`{name}`", _first(make), _settings(make)) for name, make in _of("strategies", STRATEGIES).items()
        )),
        "checks": _table(("check", "what it finds", "settings"), (
            (f"`{name}`", _first(make), _settings(make)) for name, make in _of("checks", CHECKS).items()
        )),
    }  # fmt: skip


def _of(kind: str, shelf: Mapping[str, str]) -> dict[str, Callable[..., Any]]:
    return {name: named(kind, shelf, name) for name in shelf}


def _first(make: Callable[..., Any]) -> str:
    """The first paragraph of its docstring."""
    said = inspect.getdoc(make) or ""
    return " ".join(said.partition("\n\n")[0].split()).replace("``", "`")


def _settings(make: Callable[..., Any]) -> str:
    """Every keyword that a recipe may give."""
    parameters = [each for each in inspect.signature(make).parameters.values() if each.kind is each.KEYWORD_ONLY]
    hints = get_type_hints(make)
    return "<br>".join(_setting(each.name, each.default, hints[each.name]) for each in parameters) or "none"


def _setting(name: str, default: Any, hint: Any) -> str:
    """As ```groups: one` or `all```."""
    others = [each for each in get_args(hint) if each != default] if get_origin(hint) is Literal else []
    return f"`{name}: {_said(default)}`" + "".join(f" or `{_said(each)}`" for each in others)


def _said(value: Any) -> str:
    """A value as a recipe spells it."""
    if value is None:
        return "null"
    return value if isinstance(value, str) and value else json.dumps(value)


def _table(heads: tuple[str, ...], rows: Any) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    for _name, _text in described().items():
        print(f"<!-- {_name} -->\n{_text}\n<!-- /{_name} -->\n")
