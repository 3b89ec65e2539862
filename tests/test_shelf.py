"""The shelf: names to files, releases held to their lock, copies into a project."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from constitution.errors import BadFile, Mistake, NotFound
from constitution.shelf import Shelf, find_root
from constitution.shelf.lock import Approval, write_lock

TEXT = "name: {name}\n{version}groups:\n  - id: g\n    principles:\n      - id: p\n        rule: {rule}\n"
SHIPPED = Path(__file__).parent.parent / "principles"


def _put(root: Path, name: str, version: str, *, rule: str = "Say so.", locked: bool = True) -> Path:
    """A constitution in a project, locked if it is a release."""
    file = root / "principles" / name / f"{version}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    line = "" if version == "draft" else f"version: {version}\n"
    file.write_text(TEXT.format(name=name, version=line, rule=rule), encoding="utf-8")
    if locked and version != "draft":
        Shelf(root).lock_release(name, version, approved_by="ann", reason="a test")
    return file


def test_the_root_is_the_nearest_folder_with_a_constitution_toml(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    assert find_root(below) == below.resolve()
    (tmp_path / "constitution.toml").touch()

    assert find_root(below) == tmp_path.resolve()
    assert find_root(tmp_path / "a" / "not-there") == tmp_path.resolve()


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("mine", "mine@10.0.0"),
        ("mine@1", "mine@1.10.0"),
        ("mine@1.9", "mine@1.9.1"),
        ("mine@1.9.0", "mine@1.9.0"),
        ("mine@10", "mine@10.0.0"),
        ("mine@draft", "mine@draft"),
    ],
)
def test_a_reference_finds_its_version_by_numbers(tmp_path: Path, ref: str, found: str) -> None:
    for version in ("1.9.0", "1.9.1", "1.10.0", "10.0.0", "draft"):
        _put(tmp_path, "mine", version)
    shelved = Shelf(tmp_path).constitution(ref)
    name, _, version = found.partition("@")

    assert shelved.ref == found
    assert shelved.path == f"principles/{name}/{version}.yaml"
    assert shelved.bytes == (tmp_path / shelved.path).read_bytes()
    assert shelved.sha256 == hashlib.sha256(shelved.bytes).hexdigest()
    assert shelved.constitution.version == ("" if version == "draft" else version)
    assert shelved.notes == ()


def test_a_name_without_a_release_is_its_draft_with_a_note(tmp_path: Path) -> None:
    _put(tmp_path, "mine", "draft")
    shelved = Shelf(tmp_path).constitution("mine")

    assert shelved.ref == "mine@draft"
    assert shelved.notes == ("mine has no release; its draft is used",)


def test_the_project_goes_before_what_ships(tmp_path: Path) -> None:
    before = Shelf(tmp_path).constitution("harmlessness")
    _put(tmp_path, "harmlessness", "0.1.0")
    after = Shelf(tmp_path).constitution("harmlessness")

    assert before.sha256 != after.sha256
    assert after.ref == "harmlessness@0.1.0"
    assert Shelf(tmp_path).constitution("harmlessness@1").bytes == before.bytes


@pytest.mark.parametrize(
    "ref",
    ["", "@", "@1", "mine@", "mine@latest", "mine@v1", "mine@1.x", "mine@1.2.3.4", "mine@01", "mine@-1", "Mine",
     "../mine", "mine@../draft", "mine#p", "mi ne", ".mine", "mine\0", "m" * 65, "no-such", "mine@2", "mine@1.0.1",
     "no/such.yaml", "x.yaml", "principles", "/", "/dev/null/x.yaml", "~/x.yaml", "mine@1\n", "mine\n"],
)  # fmt: skip
def test_a_reference_that_nothing_answers_to_is_refused(tmp_path: Path, ref: str) -> None:
    _put(tmp_path, "mine", "1.0.0")
    with pytest.raises(NotFound) as refused:
        Shelf(tmp_path).constitution(ref)

    assert refused.value.remedy
    assert refused.value.exit_code == 2


def test_a_near_name_and_the_versions_are_offered(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refused:
        Shelf(tmp_path).constitution("harmlesness")
    assert refused.value.remedy == "did you mean 'harmlessness'?"
    _put(tmp_path, "mine", "1.2.0")
    with pytest.raises(NotFound) as refused:
        Shelf(tmp_path).constitution("mine@2")

    assert refused.value.remedy == "versions of mine: 1.2.0"


def test_a_path_names_any_file_and_its_ref_is_the_path(tmp_path: Path) -> None:
    file = tmp_path / "here.yaml"
    file.write_text(TEXT.format(name="mine", version="", rule="x"), encoding="utf-8")

    assert Shelf(tmp_path).constitution(str(file)).ref == "here.yaml"
    assert Shelf(tmp_path).constitution("here.yaml").path == "here.yaml"
    assert Shelf(tmp_path / "else").constitution(str(file)).path == file.resolve().as_posix()


def test_a_path_to_a_release_is_held_to_the_lock_too(tmp_path: Path) -> None:
    file = _put(tmp_path, "mine", "1.0.0")

    assert Shelf(tmp_path).constitution(str(file)).ref == "mine@1.0.0"
    file.write_bytes(file.read_bytes() + b"# so\n")
    with pytest.raises(BadFile, match="differs from what ann approved"):
        Shelf(tmp_path).constitution(str(file))


def test_a_release_whose_bytes_differ_from_the_lock_is_refused(tmp_path: Path) -> None:
    _put(tmp_path, "mine", "1.0.0")
    _put(tmp_path, "mine", "1.0.0", rule="Say something else.", locked=False)
    with pytest.raises(BadFile) as refused:
        Shelf(tmp_path).constitution("mine")

    assert refused.value.where == "principles/mine/1.0.0.yaml:1:1"
    assert refused.value.exit_code == 2
    assert "draft.yaml" in refused.value.remedy


def test_a_release_that_was_never_approved_is_refused(tmp_path: Path) -> None:
    _put(tmp_path, "mine", "1.0.0", locked=False)
    with pytest.raises(BadFile, match=r"principles\.lock does not hold it"):
        Shelf(tmp_path).constitution("mine")


@pytest.mark.parametrize(
    ("lock", "where"),
    [
        ("", "1:1"), ("{", "1:2"), ("[]", "1:1"), ('{"a": 1}', "1:1"), ('{"a": {}, "a": {}}', "1:1"),
        ('{"mine/1.0.0.yaml": {"sha256": "x", "approved_by": "a", "reason": "b"}}', "1:1"), ("\0", "1:1"),
        ('{"a": {"sha256": "' + "0" * 64 + '", "approved_by": "a", "reason": "b", "c": 1}}', "1:1"),
        ("[" * 100_000, "1:1"),
    ],
)  # fmt: skip
def test_a_broken_lock_is_refused_at_its_place(tmp_path: Path, lock: str, where: str) -> None:
    _put(tmp_path, "mine", "1.0.0")
    (tmp_path / "principles" / "principles.lock").write_text(lock, encoding="utf-8")
    with pytest.raises(BadFile) as refused:
        Shelf(tmp_path).constitution("mine")

    assert refused.value.where == f"principles/principles.lock:{where}"


def test_a_lock_that_is_not_text_is_refused(tmp_path: Path) -> None:
    _put(tmp_path, "mine", "1.0.0")
    (tmp_path / "principles" / "principles.lock").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(BadFile):
        Shelf(tmp_path).constitution("mine")


def test_the_lock_is_one_sorted_object(tmp_path: Path) -> None:
    for name, version in (("z", "1.0.0"), ("a", "2.0.0"), ("a", "1.0.0")):
        _put(tmp_path, name, version)
    lock = (tmp_path / "principles" / "principles.lock").read_text(encoding="utf-8")

    assert list(json.loads(lock)) == ["a/1.0.0.yaml", "a/2.0.0.yaml", "z/1.0.0.yaml"]
    assert list(json.loads(lock)["z/1.0.0.yaml"]) == ["approved_by", "reason", "sha256"]


def test_a_file_that_does_not_read_as_its_release_is_not_locked(tmp_path: Path) -> None:
    file = _put(tmp_path, "mine", "draft")
    file.rename(file.with_name("1.0.0.yaml"))
    with pytest.raises(BadFile, match="version"):
        Shelf(tmp_path).lock_release("mine", "1.0.0", approved_by="a", reason="b")

    assert not (tmp_path / "principles" / "principles.lock").exists()


def test_a_lock_entry_is_replaced_only_when_asked(tmp_path: Path) -> None:
    _put(tmp_path, "mine", "1.0.0")
    _put(tmp_path, "mine", "1.0.0", rule="Other.", locked=False)
    shelf = Shelf(tmp_path)
    with pytest.raises(BadFile, match="differs"):
        shelf.lock_release("mine", "1.0.0", approved_by="bob", reason="no")
    shelf.lock_release("mine", "1.0.0", approved_by="bob", reason="yes", again=True)

    assert shelf.constitution("mine").ref == "mine@1.0.0"


@pytest.mark.parametrize(
    ("version", "said", "where"),
    [
        ("1.0.0", "name: other\nversion: 1.0.0\n", "1:7"),
        ("1.0.0", "name: mine\nversion: 1.0.1\n", "2:10"),
        ("1.0.0", "name: mine\n", "1:1"),
        ("draft", "name: other\n", "1:7"),
        ("draft", "name: mine\nversion: 1.0.0\n", "2:10"),
    ],
)
def test_a_file_says_the_name_and_version_of_its_path(tmp_path: Path, version: str, said: str, where: str) -> None:
    file = tmp_path / "principles" / "mine" / f"{version}.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(said + "groups: [{id: g, principles: [{id: p, rule: x}]}]\n", encoding="utf-8")
    data = file.read_bytes()
    write_lock(tmp_path / "principles", {f"mine/{version}.yaml": Approval(
        sha256=hashlib.sha256(data).hexdigest(), approved_by="a", reason="b",
    )})  # fmt: skip
    with pytest.raises(BadFile) as refused:
        Shelf(tmp_path).constitution(f"mine@{version}")

    assert refused.value.where == f"principles/mine/{version}.yaml:{where}"


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "project" / "principles").mkdir(parents=True)
    _put(tmp_path / "elsewhere", "mine", "draft")
    (tmp_path / "project" / "principles" / "mine").symlink_to(tmp_path / "elsewhere" / "principles" / "mine")
    with pytest.raises(BadFile, match="a link leads out of the project"):
        Shelf(tmp_path / "project").constitution("mine@draft")


@pytest.mark.parametrize("data", [b"", b"\xff", b"name: \x00", b"a" * 1_000_001])
def test_a_file_that_cannot_be_read_is_refused_at_its_place(tmp_path: Path, data: bytes) -> None:
    file = _put(tmp_path, "mine", "draft")
    file.write_bytes(data)
    with pytest.raises(BadFile, match=r"^principles/mine/draft\.yaml:1:\d+: "):
        Shelf(tmp_path).constitution("mine@draft")


def test_an_endless_path_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(Mistake):
        Shelf(tmp_path).constitution("a" * 5000 + ".yaml")


def test_names_versions_and_recipes_are_listed(tmp_path: Path) -> None:
    for version in ("1.9.0", "1.10.0", "draft"):
        _put(tmp_path, "mine", version)
    (tmp_path / "principles" / "mine" / "notes.yaml").touch()
    (tmp_path / "principles" / "empty").mkdir()
    shelf = Shelf(tmp_path)

    assert set(shelf.names()) >= {"harmlessness", "mine", "plain-answers"}
    assert "empty" not in shelf.names()
    assert shelf.versions("mine") == ("1.9.0", "1.10.0", "draft")
    assert "revise" in shelf.recipes()


def test_every_release_that_ships_is_locked_and_taken(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for file in SHIPPED.glob("*/[0-9]*.yaml"):
        assert shelf.constitution(f"{file.parent.name}@{file.stem}").bytes == file.read_bytes()


def test_a_recipe_is_found_by_name_and_by_path(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shipped = shelf.recipe_text("revise")
    (tmp_path / "own.yaml").write_text("name: own\n", encoding="utf-8")
    text, name, sha256 = shelf.recipe_text(str(tmp_path / "own.yaml"))

    assert shipped.name == "pipelines/revise.yaml"
    assert shipped.text.startswith("#")
    assert (text, name, sha256) == ("name: own\n", "own.yaml", hashlib.sha256(b"name: own\n").hexdigest())


@pytest.mark.parametrize("ref", ["revize", "", "../revise", "no/such.yaml", "REVISE", "revise\n"])
def test_a_recipe_that_is_not_there_is_refused(tmp_path: Path, ref: str) -> None:
    with pytest.raises(NotFound):
        Shelf(tmp_path).recipe_text(ref)


def test_a_template_beside_the_recipe_goes_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    own = tmp_path / "mine" / "templates" / "judge.md"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"=== user ===\r\nMine.\r\n")
    shipped, beside = shelf.template("judge"), shelf.template("judge", beside="mine/recipe.yaml")

    assert shipped.name == "pipelines/templates/judge.md"
    assert beside.text == "=== user ===\nMine.\n"
    assert beside.name == "mine/templates/judge.md"
    assert shelf.template("revise", beside="mine/recipe.yaml").name == "pipelines/templates/revise.md"


@pytest.mark.parametrize("name", ["jugde", "", "../judge", "templates/judge", "judge.md"])
def test_a_template_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        Shelf(tmp_path).template(name)


def test_a_copied_project_has_all_that_ships_and_a_draft_of_each(tmp_path: Path) -> None:
    written = Shelf(tmp_path).copy_out(tmp_path)
    shelf = Shelf(tmp_path)
    released, draft = shelf.constitution("harmlessness"), shelf.constitution("harmlessness@draft")

    assert all(file.is_relative_to(tmp_path) and file.is_file() for file in written)
    assert (tmp_path / "principles" / "principles.lock") in written
    assert (tmp_path / "pipelines" / "revise.yaml").is_file()
    assert shelf.rooms[0] == tmp_path.resolve()
    assert draft.constitution == released.constitution.but(version="")
    lines = released.bytes.splitlines(keepends=True)
    assert draft.bytes == b"".join(line for line in lines if not line.startswith(b"version:"))


def test_copying_again_writes_nothing_and_changes_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.copy_out(tmp_path)
    draft = tmp_path / "principles" / "harmlessness" / "draft.yaml"
    draft.write_text("mine", encoding="utf-8")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}

    assert shelf.copy_out(tmp_path) == []
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


def test_copying_into_a_project_with_its_own_lock_keeps_its_entries(tmp_path: Path) -> None:
    _put(tmp_path, "mine", "1.0.0")
    shelf = Shelf(tmp_path)
    written = shelf.copy_out(tmp_path)

    assert (tmp_path / "principles" / "principles.lock") not in written
    assert shelf.constitution("mine").ref == "mine@1.0.0"
    assert shelf.constitution("harmlessness").path == "principles/harmlessness/1.0.1.yaml"


def test_a_release_that_was_changed_is_not_approved_by_copying(tmp_path: Path) -> None:
    _put(tmp_path, "harmlessness", "1.0.0", locked=False)
    Shelf(tmp_path).copy_out(tmp_path)
    with pytest.raises(BadFile, match="does not hold it"):
        Shelf(tmp_path).constitution("harmlessness@1.0.0")


def test_a_folder_that_cannot_be_written_to_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "principles").touch()
    with pytest.raises(Mistake, match="cannot write") as refused:
        Shelf(tmp_path).copy_out(tmp_path)

    assert refused.value.remedy
