"""JSON Schemas made from our models, for editors and other programs; docstrings are their descriptions."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(model: type[BaseModel], *parts: type[BaseModel], name: str) -> dict[str, Any]:
    """The schema of a file that holds one ``model`` made of ``parts``; ``name`` becomes its ``$id``."""
    made = model.model_json_schema()
    for each in (model, *parts):
        described = made if each is model else made["$defs"][each.__name__]
        docs = dict(_field_docs(each))
        for field, shape in described["properties"].items():
            shape.pop("title", None)  # the library only repeats the field's name there
            described["properties"][field] = {"description": docs[field], **shape} if field in docs else shape
    return {"$schema": DIALECT, "$id": name, **made}


def spelled_out(schema: dict[str, Any]) -> str:
    """The text of a published schema file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _field_docs(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Each field with the docstring beneath it."""
    (written,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    body = written.body if isinstance(written, ast.ClassDef) else []
    for field, below in pairwise(body):
        match field, below:
            case (ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said)))):
                yield name, " ".join(inspect.cleandoc(said).replace("``", "`").split())
