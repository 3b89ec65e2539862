"""data push: what goes to a hub and what stays, against a hub on this machine and through the real client."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from constitution.cli import main
from constitution.dataset.envelope import ENVELOPE
from constitution.dataset.folder import write_folder
from constitution.errors import BadFile, Mistake, ProviderGone
from constitution.publishing.hub import HUB, address_of, hub_of
from constitution.publishing.parcel import parcel_of
from constitution.publishing.push import Wish, place_of, put
from constitution.publishing.rehearsal import is_rehearsal
from constitution.publishing.troubles import SAID, hub_troubles
from constitution.signing.keys import new_key
from tests.folders import ask, contents, everything, paired, restate
from tests.hub_here import READER, TOKEN, HubHere, hub_here

Say = Callable[..., tuple[int, dict[str, Any], str]]
"""Gives ``data push``; the exit code, the JSON document and standard error come back."""
REPO = "ann/pairs"
ROWS = "data/train-00000-of-00001.parquet"


@pytest.fixture(scope="module")
def listening() -> Iterator[HubHere]:
    """One hub for all tests; it begins each of them empty."""
    with hub_here() as hub:
        yield hub


@pytest.fixture
def hub(listening: HubHere, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> HubHere:
    """A hub without repositories, and a user whose token may write."""
    import huggingface_hub.constants

    # Large files by LFS over HTTP: xet is a protocol of its own, which the stand-in does not speak.
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    # Read once, when the library is loaded: perhaps by a test that wanted no network.
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_ENDPOINT", listening.address)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    address, storage = listening.address, listening.storage
    vars(listening).update(vars(HubHere()), address=address, storage=storage)
    return listening


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Datasets to copy: unsigned, signed, and a rehearsal."""
    above = tmp_path_factory.mktemp("finished")
    write_folder(above / "plain", contents())
    shutil.copytree(above / "plain", above / "signed")
    new_key(above / "key")
    assert main(["data", "sign", str(above / "signed"), "--key", str(above / "key"), "-q", "--json"]) == 0
    write_folder(above / "rehearsed", contents(paired(ask("What is a mortgage?"), origin="simulator")))
    return above


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    """A finished, signed dataset."""
    return copied(finished / "signed", tmp_path)


def copied(folder: Path, tmp_path: Path) -> Path:
    """A copy to do anything with."""
    return Path(shutil.copytree(folder, tmp_path / "out"))


@pytest.fixture
def push(capsys: pytest.CaptureFixture[str]) -> Say:
    """Gives ``data push`` in this process."""

    def given(out: Path, *flags: str, repo: str = REPO) -> tuple[int, dict[str, Any], str]:
        capsys.readouterr()
        code = main(["data", "push", str(out), repo, *flags, "--json"])
        told = capsys.readouterr()
        assert TOKEN not in told.out + told.err
        assert "Traceback" not in told.err
        return code, json.loads(told.out), told.err

    return given


def said(document: dict[str, Any]) -> str:
    """All errors of a document."""
    return "\n".join(error["message"] for error in document["errors"])


def test_a_dataset_goes_to_a_new_private_repository_as_a_pull_request(
    out: Path, finished: Path, hub: HubHere, push: Say, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told, notes = push(out)

    data = told["data"]
    assert (code, data["made"], data["revision"], hub.repositories[REPO].private) == (0, True, "refs/pr/1", True)
    assert data["pull_request"] == f"{hub.address}/datasets/{REPO}/discussions/1"
    assert data["commit"] == hub.repositories[REPO].names["refs/pr/1"]
    assert hub.files(REPO, "main").keys() == {".gitattributes"}
    assert (data["verdict_before"], data["verdict_after"], data["same"]) == ("CONSISTENT", "CONSISTENT", True)

    # Each file arrives byte for byte, and whole texts stay here.
    arrived = dict(hub.files(REPO, "refs/pr/1"))
    del arrived[".gitattributes"]
    kept = {"trails.parquet", "provenance/calls.parquet"}
    assert arrived == {name: body for name, body in everything(out).items() if name not in kept}
    assert set(data["held_back"]) == kept
    assert "trails.parquet stays here" in notes
    assert set(data["files"]) == arrived.keys()

    # Whoever fetches it with the hub's own client and has the key from elsewhere finds it intact.
    from huggingface_hub import HfApi

    copy = tmp_path / "copy"
    HfApi(hub.address, token=READER).snapshot_download(
        REPO, repo_type="dataset", revision=data["revision"], local_dir=copy, cache_dir=tmp_path / "cache"
    )
    assert main(["verify", str(copy), "--key", str(finished / "key.pub"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["word"] == "INTACT"


def test_a_straight_push_goes_to_the_branch_with_all_that_is_asked_for_and_the_next_one_changes_nothing(
    out: Path, hub: HubHere, push: Say
) -> None:
    flags = ("--direct", "--with-trails", "--with-calls", "--message", "First edition")
    code, told, _ = push(out, *flags)

    assert (code, told["data"]["pull_request"]) == (0, "")
    arrived = hub.files(REPO, "main")
    assert {ROWS, "trails.parquet", "provenance/calls.parquet"} <= arrived.keys()
    commits = len(hub.repositories[REPO].commits)
    code, told, _ = push(out, *flags)
    assert (code, told["data"]["unchanged"], len(hub.repositories[REPO].commits)) == (0, True, commits)


def test_a_dry_run_asks_no_hub_and_names_what_would_go(
    out: Path, hub: HubHere, push: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN")

    code, told, _ = push(out, "--dry-run")

    assert (code, told["data"]["pushed"], hub.asked) == (0, False, [])
    assert ROWS in told["data"]["files"]


def test_old_shards_and_trails_of_an_earlier_edition_do_not_stay_beside_the_new_one(
    out: Path, hub: HubHere, push: Say
) -> None:
    old = {"data/train-00000-of-00002.parquet": b"old", "data/train-00001-of-00002.parquet": b"old",
           "trails.parquet": b"old", "notes.txt": b"mine", "more/notes.csv": b"mine", ENVELOPE: b"{}"}  # fmt: skip
    hub.repository(REPO, files=old)

    code, told, _ = push(out)

    arrived = hub.files(REPO, "refs/pr/1")
    assert (code, len(told["data"]["removed"])) == (0, 3)
    assert [name for name in arrived if name.startswith("data/train")] == [ROWS]
    assert {"notes.txt", "more/notes.csv"} <= arrived.keys()
    assert "trails.parquet" not in arrived


def test_a_file_of_somebody_else_among_the_rows_is_told_before_anything_is_sent(
    out: Path, hub: HubHere, push: Say
) -> None:
    hub.repository(REPO, files={"data/more.csv": b"prompt,chosen,rejected", ENVELOPE: b"{}"})

    code, told, _ = push(out)

    assert code == 2
    assert "data/more.csv" in said(told)
    assert not [path for _, path in hub.asked if "/commit/" in path]


def test_an_old_edition_never_takes_the_place_of_a_newer_one(
    out: Path, finished: Path, hub: HubHere, push: Say, tmp_path: Path
) -> None:
    newer = Path(shutil.copytree(finished / "plain", tmp_path / "newer"))
    key = str(finished / "key")
    assert main(["data", "sign", str(newer), "--key", key, "--supersedes", str(out), "-q"]) == 0
    hub.repository(REPO, files={ENVELOPE: (newer / ENVELOPE).read_bytes()})

    code, told, _ = push(out)
    assert (code, len(hub.repositories[REPO].commits)) == (2, 1)
    assert "edition 2" in said(told)

    assert push(newer)[0] == 0


def test_a_straight_push_never_takes_the_place_of_rows_that_are_not_ours(out: Path, hub: HubHere, push: Say) -> None:
    hub.repository(REPO, files={ROWS: b"theirs"})

    code, told, _ = push(out, "--direct")

    assert (code, set(hub.files(REPO, "main"))) == (2, {".gitattributes", ROWS})
    assert "not ours" in said(told)
    code, told, notes = push(out)
    assert (code, hub.files(REPO, "main")[ROWS], "another dataset" in notes) == (0, b"theirs", True)


@pytest.mark.parametrize(("private", "flags"), [(False, ()), (True, ("--public",))])
def test_a_push_never_changes_who_may_look(
    out: Path, hub: HubHere, push: Say, private: bool, flags: tuple[str, ...]
) -> None:
    repository = hub.repository(REPO, private=private)

    code, told, _ = push(out, *flags)

    assert (code, repository.private, len(repository.commits)) == (2, private, 1)
    assert ("is private" if private else "is public") in said(told)


def test_a_new_repository_is_public_where_that_is_asked_for(out: Path, hub: HubHere, push: Say) -> None:
    assert push(out, "--public")[0] == 0
    assert not hub.repositories[REPO].private


def test_an_altered_dataset_goes_nowhere(out: Path, hub: HubHere, push: Say) -> None:
    (out / "label.html").write_text("<p>Very good data.</p>")

    code, told, _ = push(out)

    assert (code, told["data"]["verdict_before"], hub.asked) == (1, "ALTERED", [])
    assert "label.html" in said(told)


def test_an_unsigned_dataset_goes_with_a_loud_note(finished: Path, hub: HubHere, push: Say, tmp_path: Path) -> None:
    code, told, notes = push(copied(finished / "plain", tmp_path))

    assert (code, told["data"]["verdict_after"]) == (0, "UNSIGNED")
    assert "NOT SIGNED" in notes
    assert told["data"]["next"][1].startswith("constitution verify copy --expect-root ")


def test_a_rehearsal_is_refused_unless_forced_and_keeps_its_watermark(
    finished: Path, hub: HubHere, push: Say, tmp_path: Path
) -> None:
    out = copied(finished / "rehearsed", tmp_path)
    code, told, _ = push(out)
    assert (code, hub.asked) == (2, [])
    assert "simulator" in said(told)

    assert push(out, "--force-rehearsal")[0] == 0
    assert b"Rehearsal" in hub.files(REPO, "refs/pr/1")["README.md"]

    card = out / "README.md"
    card.write_text(card.read_text("utf-8").replace("> ", ""), "utf-8")
    code, told, _ = push(out, "--force-rehearsal")
    assert (code, "does not say that this is a rehearsal" in said(told)) == (2, True)


def test_a_rehearsal_is_known_by_its_rows_whatever_the_manifest_says(
    finished: Path, hub: HubHere, push: Say, tmp_path: Path
) -> None:
    out = copied(finished / "rehearsed", tmp_path)
    restate(out, lambda payload: payload["predicate"]["counts"].update(rehearsal=False))

    code, _, _ = push(out)

    assert (code in (1, 2), hub.asked) == (True, [])
    assert is_rehearsal(out)
    rows = pq.read_table(out / ROWS)
    spaced = [json.dumps(json.loads(each), indent=1) for each in rows.column("provenance").cast("string").to_pylist()]
    place = rows.column_names.index("provenance")
    pq.write_table(rows.set_column(place, "provenance", pa.array(spaced)), out / ROWS)
    assert is_rehearsal(out)


def test_files_that_no_manifest_names_stay_here(out: Path, hub: HubHere, push: Say) -> None:
    (out / "secret.pem").write_text("-----BEGIN PRIVATE KEY-----")

    _, told, _ = push(out)

    assert "secret.pem" not in told["data"]["files"]
    if told["data"]["pushed"]:
        assert "secret.pem" not in hub.files(REPO, "refs/pr/1")
        assert told["data"]["strangers"] == ["secret.pem"]


def test_a_manifest_that_names_a_file_outside_of_the_folder_sends_nothing(out: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")

    def edit(payload: dict[str, Any]) -> None:
        payload["subject"].append({"name": "../secret", "digest": {"sha256": "0" * 64}})

    restate(out, edit)
    with pytest.raises(BadFile, match="out of the folder"):
        parcel_of(out)


def test_a_link_in_the_place_of_a_file_sends_nothing(out: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("mine")
    (out / "README.md").unlink()
    (out / "README.md").symlink_to(tmp_path / "secret")

    with pytest.raises(BadFile, match="link"):
        parcel_of(out)


def test_what_the_hub_hands_out_is_verified_and_a_changed_file_is_found(out: Path, hub: HubHere, push: Say) -> None:
    hub.meddles = lambda path, body: body.replace(b"l", b"L", 1) if path == "label.html" else body

    code, told, _ = push(out)

    assert (code, told["data"]["pushed"], told["data"]["verdict_after"]) == (1, True, "ALTERED")
    assert told["data"]["commit_url"] in json.dumps(told)
    assert "label.html" in said(told)


def test_a_card_that_the_hub_rewrites_is_told_and_is_no_alteration(out: Path, hub: HubHere, push: Say) -> None:
    hub.meddles = lambda path, body: body + b"\n" if path == "README.md" else body

    code, told, notes = push(out)

    assert (code, told["data"]["same"]) == (0, True)
    assert "another README.md than the one that was pushed" in notes


@pytest.mark.parametrize("name", ["label.html", ROWS, ENVELOPE])
def test_a_file_that_changes_after_it_was_verified_is_not_sent(out: Path, hub: HubHere, name: str) -> None:
    there, parcel = hub_of(hub.address), parcel_of(out)
    (out / name).write_bytes((out / name).read_bytes() + b" ")

    with pytest.raises(Mistake, match="has changed since it was verified; nothing was pushed"):
        put(there, parcel, Wish(repo=REPO), place_of(there, Wish(repo=REPO)))

    assert not [path for _, path in hub.asked if "/commit/" in path]


def test_the_same_rows_in_other_bytes_are_sent(out: Path, hub: HubHere, push: Say) -> None:
    pq.write_table(pq.read_table(out / ROWS), out / ROWS, compression="gzip")

    code, told, _ = push(out)

    assert (code, told["data"]["pushed"], told["data"]["same"]) == (0, True, True)


def _without_signatures(body: bytes) -> bytes:
    return json.dumps({**json.loads(body), "signatures": []}).encode()


@pytest.mark.parametrize(
    ("change", "word"), [(_without_signatures, "UNSIGNED"), (lambda body: body + b"\n", "CONSISTENT")]
)
def test_a_hub_that_changes_the_envelope_is_found_out(
    out: Path, hub: HubHere, push: Say, change: Callable[[bytes], bytes], word: str
) -> None:
    hub.meddles = lambda path, body: change(body) if path == ENVELOPE else body

    code, told, _ = push(out)

    assert (code, told["data"]["verdict_after"], told["data"]["same"]) == (1, word, False)
    assert "another dataset" in said(told)


@pytest.mark.parametrize(("status", "at"), [(401, "GET /api/datasets/"), (503, "POST .*/commit/")])
def test_what_the_hub_refuses_ends_with_five_and_never_shows_the_token(
    out: Path, hub: HubHere, push: Say, status: int, at: str
) -> None:
    hub.faults = [(at, status, f"no, says the hub to {TOKEN}")]

    code, told, _ = push(out)

    assert (code, told["errors"][0]["kind"]) == (5, "provider_gone")
    assert f"({status})" in said(told)


@pytest.mark.parametrize("status", [*SAID, 418, 500, 503])
@pytest.mark.parametrize("at", ["GET /api/datasets/", "POST /api/repos"])
def test_each_refusal_is_a_sentence_with_what_to_do(hub: HubHere, status: int, at: str) -> None:
    hub.faults = [(at, status, f"no, says the hub to {TOKEN}")]
    if (at, status) == ("GET /api/datasets/", 404):
        at = "that is how a hub says that there is no such repository yet: it is made, and asked for again"

    with pytest.raises(ProviderGone) as caught:
        place_of(hub_of(hub.address), Wish(repo=REPO))

    assert f"({status})" in caught.value.what
    assert TOKEN not in caught.value.sentence
    assert caught.value.remedy


def test_a_commit_that_came_too_late_is_told(out: Path, hub: HubHere) -> None:
    there = hub_of(hub.address)
    place = place_of(there, Wish(repo=REPO))
    hub.repositories[REPO].commit("main", {"notes.txt": b"somebody else's"})

    with pytest.raises(ProviderGone, match="changed meanwhile"):
        put(there, parcel_of(out), Wish(repo=REPO), place)


def test_a_token_that_may_only_read_is_told(
    out: Path, hub: HubHere, push: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", READER)

    code, told, _ = push(out)

    assert (code, "(403)" in said(told), READER in said(told)) == (5, True, False)


def test_without_a_token_nothing_is_asked(out: Path, hub: HubHere, push: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN")

    code, told, _ = push(out)

    assert (code, told["errors"][0]["kind"], hub.asked) == (2, "missing_key", [])
    monkeypatch.setenv("OTHER", "two words")
    with pytest.raises(Mistake, match="no token"):
        hub_of(hub.address, "OTHER")
    monkeypatch.setenv("OTHER", TOKEN)
    assert hub_of(hub.address, "OTHER").token == TOKEN


def test_a_hub_whose_storage_is_another_is_told_with_the_way_round_it() -> None:
    with pytest.raises(ProviderGone) as caught, hub_troubles("hub", repo=REPO, env="HF_TOKEN", token=TOKEN):
        raise ConnectionError("Request error: 404 Not Found, domain: http://hub/api/datasets/ann/pairs/xet-write-token")

    assert "HF_HUB_DISABLE_XET=1" in caught.value.remedy


@pytest.mark.slow
def test_the_client_as_it_comes_asks_for_that_storage_and_the_answer_is_a_sentence(
    out: Path, hub: HubHere, push: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", False)

    code, told, _ = push(out)

    assert (code, "HF_HUB_DISABLE_XET=1" in said(told)) == (5, True)


def test_a_hub_out_of_reach_is_told(out: Path, hub: HubHere, push: Say) -> None:
    code, told, _ = push(out, "--hub", "http://127.0.0.1:9")

    assert code == 5
    assert "cannot be reached" in said(told)


def test_a_place_that_is_no_hub_is_told(out: Path, hub: HubHere, push: Say) -> None:
    hub.faults = [(".*", 200, "hello")]

    code, told, _ = push(out)

    assert code == 5
    assert "not understood" in said(told)


@pytest.mark.parametrize("repo", ["pairs", "a/b/c", "../x", "ann/pairs?x", "ann/ü"])
def test_what_is_no_name_of_a_repository_is_refused(out: Path, hub: HubHere, push: Say, repo: str) -> None:
    code, _, _ = push(out, repo=repo)

    assert (code, hub.asked) == (2, [])


@pytest.mark.parametrize(
    "address", ["http://hub.example", "ftp://x", "hub.example", "https://u:p@hub.example", "http://["]
)
def test_an_address_that_would_give_the_token_away_or_is_none_is_refused(address: str) -> None:
    with pytest.raises(Mistake):
        address_of(address)


def test_the_token_of_the_public_hub_goes_to_no_other(monkeypatch: pytest.MonkeyPatch, hub: HubHere) -> None:
    import huggingface_hub

    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: "hf_saved")

    assert hub_of(HUB).token == "hf_saved"
    with pytest.raises(Mistake, match="no token"):
        hub_of(hub.address)


def test_no_token_stands_in_the_name_of_a_hub(hub: HubHere) -> None:
    assert TOKEN not in repr(hub_of(hub.address))


def test_an_error_that_is_ours_passes_as_it_is() -> None:
    with pytest.raises(Mistake, match="ours"), hub_troubles("hub", repo=REPO, env="HF_TOKEN", token=TOKEN):
        raise Mistake("ours")
