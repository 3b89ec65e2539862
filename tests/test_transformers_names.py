"""Names of local models: what can be seen to be wrong before torch is there and before anything is asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from constitution.errors import BadFile, Mistake, NotFound
from constitution.providers.transformers import Transformers
from constitution.providers.transformers.location import fingerprint, location_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that looks like a model from outside."""
    made = tmp_path / "model"
    made.mkdir()
    for name, said in (("config.json", "{}"), ("tokenizer.json", "{}"), ("model.safetensors", "weights")):
        (made / name).write_text(said)
    return made


def test_a_name_is_a_folder_or_a_name_on_the_hub(folder: Path) -> None:
    at, hub, pinned = location_of(str(folder)), location_of("owner/name-1.5"), location_of("owner/name@v2")

    assert (at.folder, at.pin) == (folder, "")
    assert (hub.folder, hub.hub, hub.pin) == (None, "owner/name-1.5", "")
    assert (pinned.hub, pinned.pin) == ("owner/name", "v2")
    assert location_of(f"{folder}@0123456789ab").pin == "0123456789ab"


@pytest.mark.parametrize("name", ["./none", "/no/such/folder", "~/none", "a/b/c", "..\\none"])
def test_a_folder_that_is_not_there_is_said_to_be_missing(name: str) -> None:
    with pytest.raises(NotFound, match="no folder"):
        location_of(name)


@pytest.mark.parametrize("name", ["", "@v1", "owner/", "/", "two words", "owner/name:tag"])
def test_what_can_be_no_name_is_a_mistake(name: str) -> None:
    with pytest.raises(Mistake):
        location_of(name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda at: (at / "config.json").unlink(), "holds no model"),
        (lambda at: (at / "config.json").write_text("{"), "config.json cannot be read"),
        (lambda at: (at / "config.json").write_text("[]"), "no JSON object"),
        (lambda at: (at / "model.safetensors").unlink(), "there are no weights"),
        (lambda at: (at / "model.safetensors").rename(at / "pytorch_model.bin"), "pickled"),
        (lambda at: (at / "tokenizer.json").unlink(), "no tokenizer"),
    ],
)
def test_a_folder_without_a_whole_model_is_refused_with_what_it_lacks(folder: Path, change: object, said: str) -> None:
    assert callable(change)
    change(folder)

    with pytest.raises(BadFile, match=said) as caught:
        Transformers().check(str(folder))

    assert caught.value.where == str(folder)
    assert caught.value.remedy


def test_a_pin_of_a_folder_is_hex_digits(folder: Path) -> None:
    with pytest.raises(Mistake, match="no fingerprint"):
        location_of(f"{folder}@main")


def test_the_fingerprint_changes_with_every_file_that_has_a_say_and_with_no_other(folder: Path) -> None:
    before = fingerprint(folder)
    (folder / "README.md").write_text("about")
    (folder / "training.log").write_text("loss")
    unmoved = fingerprint(folder)
    (folder / "chat_template.jinja").write_text("{{ messages }}")

    assert unmoved == before
    assert fingerprint(folder) != before


@pytest.mark.parametrize("library", ["torch", "transformers"])
def test_a_missing_library_is_named_with_what_to_install(
    library: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("torch", "transformers"):
        monkeypatch.setitem(sys.modules, name, sys.modules["json"])
    monkeypatch.setitem(sys.modules, library, None)

    with pytest.raises(Mistake, match=f"{library} must be installed") as caught:
        Transformers().check(str(folder))

    assert "constitution[train]" in caught.value.remedy
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("variable", ["CONSTITUTION_LOCAL_BATCH", "CONSTITUTION_LOCAL_THREADS"])
@pytest.mark.parametrize("given", ["0", "-1", "many", "1.5"])
def test_a_setting_of_the_environment_is_a_number_from_one_on(
    variable: str, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, given)

    with pytest.raises(Mistake, match=variable):
        Transformers()


def test_a_folder_that_was_trained_again_is_asked_for_by_another_name(folder: Path) -> None:
    provider = Transformers()
    before = provider.pinned(str(folder))
    (folder / "model.safetensors").write_bytes(b"other weights")

    assert before == f"{folder}@{before.rpartition('@')[2]}"
    assert provider.pinned(str(folder)) != before
    assert provider.pinned("owner/name") == "owner/name"
