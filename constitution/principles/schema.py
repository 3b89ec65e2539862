"""The JSON Schema of a principle file, made from the models, for editors and other programs.

It describes the file as any YAML 1.2 reader sees it. After a change of the models, publish it anew:
``python -m constitution.principles.schema > principles/constitution.schema.json``
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from constitution.core.records import Message
from constitution.principles.model import AppliesWhen, Case, Constitution, Group, Principle, Rule

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = "urn:constitution:principle-file:1"


def schema() -> dict[str, Any]:
    """The schema as JSON values; docstrings of models and fields are its descriptions."""
    made = Constitution.model_json_schema()
    for model in (Constitution, Group, Principle, Case, AppliesWhen, Rule, Message):
        described = made if model is Constitution else made["$defs"][model.__name__]
        docs = dict(_field_docs(model))
        for field, shape in described["properties"].items():
            shape.pop("title", None)  # the library only repeats the field's name there
            described["properties"][field] = {"description": docs[field], **shape} if field in docs else shape
    return {"$schema": DIALECT, "$id": ID, **made}


def published() -> str:
    """The text of ``principles/constitution.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _field_docs(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Each field with the docstring beneath it."""
    (written,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    body = written.body if isinstance(written, ast.ClassDef) else []
    for field, below in pairwise(body):
        match field, below:
            case (ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said)))):
                yield name, " ".join(inspect.cleandoc(said).replace("``", "`").split())


if __name__ == "__main__":
    print(published(), end="")
