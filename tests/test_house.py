"""The house: its floors, its doors, its sizes, and the tree that the README prints."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import constitution

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "constitution").rglob("*.py"))


def name_of(path: Path) -> str:
    """The dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_import_goes_upwards_or_across() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_first_what_it_is(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text()))

    assert said
    assert said.splitlines()[0].endswith((".", ":"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_room_is_too_large(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_run_that_was_read(path: Path) -> None:
    """No pickle, no eval, no loader that builds objects: data stays data."""
    forbidden = {"eval", "exec", "pickle", "marshal", "shelve", "unsafe_load", "full_load"}
    tree = ast.parse(path.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imports = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    assert not forbidden & (names | imports)
    assert "trust_remote_code=True" not in path.read_text()


def test_the_front_door_opens_to_exactly_what_it_names() -> None:
    assert sorted(dir(constitution)) == sorted(constitution.__all__)
    assert all(getattr(constitution, name) is not None for name in constitution.__all__)
    with pytest.raises(AttributeError, match="no attribute"):
        getattr(constitution, "no_such_thing")  # noqa: B009


HEAVY = {"anthropic", "openai", "datasets", "pandas", "pyarrow", "torch", "transformers", "trl"}


@pytest.mark.parametrize("command", ["import constitution", "import constitution.api", "import constitution.providers"])
def test_an_import_brings_in_nothing_heavy(command: str) -> None:
    code = f"import sys; {command}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not HEAVY & set(loaded)


def test_every_constraint_is_a_plain_pin_and_covers_what_is_required() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    plain = {re.split(r"[\[<>=]", item)[0].lower().replace("_", "-") for item in wanted}

    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9A-Za-z.]+", pin) for pin in pins)
    assert plain <= {pin.partition("==")[0].lower().replace("_", "-") for pin in pins}


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == constitution.__version__
    assert f"## {constitution.__version__}" in (ROOT / "CHANGELOG.md").read_text()


def rooms() -> dict[str, str]:
    """Each folder and each module at the top of the package, with the first line of its docstring."""
    places = [
        path for path in sorted((ROOT / "constitution").iterdir()) if path.name not in ("__pycache__", "py.typed")
    ]
    found = {}
    for path in places:
        module = path / "__init__.py" if path.is_dir() else path
        said = ast.get_docstring(ast.parse(module.read_text())) or ""
        found[f"{path.name}/" if path.is_dir() else path.name] = said.splitlines()[0]
    return found


def test_the_tree_in_the_readme_is_the_package() -> None:
    readme = (ROOT / "README.md").read_text()
    tree = readme.split("<!-- tree -->")[1]
    lines = dict(re.findall(r"^    (\S+)\s{2,}(.+)$", tree, re.MULTILINE))

    assert lines == rooms()
