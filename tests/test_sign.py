"""data sign: what is signed, by whom, what no signer can change, and that a signature proves what it should."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.cli import main
from constitution.dataset.card import card_of
from constitution.dataset.envelope import ENVELOPE, Envelope, envelope_bytes, load_envelope, load_manifest
from constitution.dataset.folder import write_folder
from constitution.dataset.label import LABEL_PAGE
from constitution.dataset.layout import CALLS
from constitution.dataset.replace import begin
from constitution.errors import BadFile, ConstitutionError, MissingKey, Mistake, NotFound, Occupied
from constitution.signing.checking import KEYS, check_signatures, keys_within, valid_signatures
from constitution.signing.edition import Edition
from constitution.signing.keys import PASSPHRASE, PrivateKey, new_key, public_key, read_private, read_public
from constitution.signing.sign import sign_folder
from constitution.verifying.given import Wanted
from constitution.verifying.verify import verify_folder
from tests.folders import ask, contents, everything, paired, restate

Say = Callable[..., tuple[int, dict[str, Any]]]
"""Gives a command; the exit code and the JSON document come back."""
THEN = "2026-11-21T08:00:00Z"


@pytest.fixture(autouse=True)
def no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a new shell."""
    monkeypatch.delenv(PASSPHRASE, raising=False)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset to copy."""
    out = tmp_path_factory.mktemp("finished") / "out"
    write_folder(out, contents())
    return out


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    """A finished dataset."""
    return Path(shutil.copytree(finished, tmp_path / "out"))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key of our own."""
    new_key(tmp_path / "key.pem")
    return tmp_path / "key.pem"


@pytest.fixture
def sign(capsys: pytest.CaptureFixture[str]) -> Say:
    """Gives ``data sign`` in this process."""

    def given_flags(*flags: object) -> tuple[int, dict[str, Any]]:
        code = main(["data", "sign", *map(str, flags), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return given_flags


def said(document: dict[str, Any]) -> str:
    """All errors of a document."""
    return "\n".join(error["message"] for error in document["errors"])


def test_a_new_key_signs_and_its_public_half_checks_the_signature(out: Path, tmp_path: Path, sign: Say) -> None:
    code, told = sign(out, "--new-key", tmp_path / "ann", "--version", "1.2.0", "--created", THEN)

    public = read_public(tmp_path / "ann.pub")
    assert (code, told["data"]["keyid"]) == (0, public.keyid)
    assert valid_signatures(load_envelope(out), [public]) == (public.keyid,)
    assert [each.keyid for each in keys_within(out)] == [public.keyid]
    about = load_envelope(out).statement.predicate.dataset
    assert (about.version, about.created, about.sequence, about.supersedes) == ("1.2.0", THEN, 1, "")


def test_only_its_owner_can_read_a_new_key(tmp_path: Path) -> None:
    new_key(tmp_path / "ann")

    assert (tmp_path / "ann").stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in (tmp_path / "ann.pub").read_bytes()


def test_signing_changes_the_envelope_and_its_page_adds_a_public_key_and_touches_nothing_else(
    out: Path, key: Path, sign: Say
) -> None:
    before = everything(out)

    sign(out, "--key", key)

    after = everything(out)
    keyid = read_private(key).public.keyid
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed <= {ENVELOPE, LABEL_PAGE, f"{KEYS}/{keyid}.pub"}
    assert before.keys() <= after.keys()


def test_signing_twice_with_one_key_is_the_same_folder(out: Path, key: Path, sign: Say) -> None:
    sign(out, "--key", key)
    before = everything(out)

    code, told = sign(out, "--key", key)

    assert (code, told["data"]["again"], everything(out)) == (0, True, before)


def test_the_calls_are_vouched_for_by_the_signer_and_may_be_left_out(out: Path, key: Path, sign: Say) -> None:
    assert CALLS not in load_envelope(out).statement.files

    sign(out, "--key", key)

    statement = load_envelope(out).statement
    assert CALLS in statement.files
    assert CALLS in statement.optional


def test_a_second_signer_signs_the_same_bytes_and_the_order_of_signers_leaves_no_trace(
    out: Path, key: Path, tmp_path: Path, sign: Say
) -> None:
    other = tmp_path / "reviewer.pem"
    new_key(other)
    twin = tmp_path / "twin"
    shutil.copytree(out, twin)
    sign(out, "--key", key, "--created", THEN)
    payload = load_envelope(out).payload

    code, told = sign(out, "--key", other)

    assert (code, told["data"]["first"], len(told["data"]["signers"])) == (0, False, 2)
    both = [read_private(each).public for each in (key, other)]
    assert load_envelope(out).payload == payload
    assert set(valid_signatures(load_envelope(out), both)) == {each.keyid for each in both}
    sign(twin, "--key", other, "--created", THEN)
    sign(twin, "--key", key)
    assert everything(twin) == everything(out)


@pytest.mark.parametrize("flags", [("--version", "2.0.0"), ("--created", "2026-11-22T08:00:00Z")])
def test_what_was_signed_cannot_be_changed_by_a_later_signer(
    out: Path, key: Path, sign: Say, flags: tuple[str, str]
) -> None:
    sign(out, "--key", key, "--version", "1.0.0", "--created", THEN)
    before = everything(out)

    code, told = sign(out, "--key", key, *flags)

    assert (code, everything(out)) == (2, before)
    assert "is signed already" in said(told)
    assert sign(out, "--key", key, "--version", "1.0.0", "--created", THEN)[0] == 0


def test_an_edition_follows_the_one_before_and_names_its_envelope(
    out: Path, key: Path, tmp_path: Path, sign: Say
) -> None:
    later = tmp_path / "later"
    write_folder(later, contents(paired(ask("What is new?"))))
    assert sign(later, "--key", key, "--supersedes", out)[0] == 2, "an edition that nobody signed"
    assert sign(out, "--key", key, "--supersedes", out)[0] == 2, "itself"
    sign(out, "--key", key)

    code, _ = sign(later, "--key", key, "--supersedes", out)

    about = load_envelope(later).statement.predicate.dataset
    assert (code, about.sequence, about.supersedes) == (0, 2, load_envelope(out).sha256)


def test_a_folder_that_is_altered_is_not_signed_and_no_key_is_made(out: Path, tmp_path: Path, sign: Say) -> None:
    (out / "provenance/ledger.jsonl").write_text("{}")
    before = everything(out)

    code, told = sign(out, "--new-key", tmp_path / "ann")

    assert (code, told["data"]["verdict"], told["data"]["signed"]) == (1, "ALTERED", False)
    assert everything(out) == before
    assert not (tmp_path / "ann").exists()
    assert "provenance/ledger.jsonl" in said(told)


def test_nobody_signs_beside_a_signature_that_is_void(out: Path, key: Path, tmp_path: Path, sign: Say) -> None:
    sign(out, "--key", key)
    signatures = load_envelope(out).signatures
    restate(out, lambda payload: payload["predicate"]["dataset"].update(version="9.9.9"))
    (out / ENVELOPE).write_bytes(envelope_bytes(load_envelope(out).payload, signatures))
    before = everything(out)

    code, _ = sign(out, "--new-key", tmp_path / "ann")

    assert (code, everything(out)) == (1, before)
    assert not (tmp_path / "ann").exists()
    with pytest.raises(Mistake, match="is not valid"):
        sign_folder(out, new_key(tmp_path / "ann"), Edition(), THEN)
    assert everything(out) == before


@pytest.mark.parametrize("name", ["key.pem", "provenance/keys/key.pem", "deep/er/key.pem"])
def test_a_key_in_a_dataset_folder_is_refused_since_it_would_be_published(out: Path, name: str, sign: Say) -> None:
    code, told = sign(out, "--new-key", out / name)

    assert code == 2
    assert "handed on" in said(told)
    assert not (out / name).exists()


def test_no_file_is_written_over_by_a_new_key(out: Path, tmp_path: Path, sign: Say) -> None:
    (tmp_path / "ann.pub").write_text("mine")

    code, told = sign(out, "--new-key", tmp_path / "ann")

    assert (code, (tmp_path / "ann.pub").read_text(), (tmp_path / "ann").exists()) == (2, "mine", False)
    assert "is there already" in said(told)
    assert sign(out, "--new-key", tmp_path / "no" / "folder")[0] == 2


def test_exactly_one_key_signs(out: Path, key: Path, sign: Say) -> None:
    assert sign(out)[0] == 2
    assert sign(out, "--key", key, "--new-key", key.with_name("other"))[0] == 2


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--created", "yesterday"),
        ("--created", "2026-13-01T00:00:00Z"),
        ("--version", "one\ntwo"),
        ("--version", "x" * 65),
    ],
)
def test_times_and_versions_that_nobody_can_read_are_refused(
    out: Path, key: Path, sign: Say, flag: str, value: str
) -> None:
    assert sign(out, "--key", key, flag, value)[0] == 2
    assert not load_envelope(out).signatures


def test_a_run_that_has_begun_in_the_folder_is_waited_for(out: Path, key: Path, sign: Say) -> None:
    begin(out, {"prompts": "1" * 64})

    code, told = sign(out, "--key", key)

    assert (code, told["errors"][0]["kind"]) == (2, "occupied")


def test_a_folder_without_a_dataset_is_told(tmp_path: Path, key: Path, sign: Say) -> None:
    code, told = sign(tmp_path / "nowhere", "--key", key)

    assert (code, told["errors"][0]["kind"]) == (2, "not_found")


def test_a_key_with_a_passphrase_opens_with_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, "correct horse")
    made = new_key(tmp_path / "ann")
    assert read_private(tmp_path / "ann").public == made.public

    monkeypatch.setenv(PASSPHRASE, "wrong horse")
    with pytest.raises(BadFile, match="does not open it"):
        read_private(tmp_path / "ann")
    monkeypatch.delenv(PASSPHRASE)
    with pytest.raises(MissingKey, match="is locked") as caught:
        read_private(tmp_path / "ann")
    assert PASSPHRASE in caught.value.sentence


def test_a_passphrase_does_no_harm_to_a_key_that_has_none(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSPHRASE, "correct horse")

    assert read_private(key).public.keyid


def _other_kind() -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", b"hello", b"-----BEGIN PRIVATE KEY-----\nAAAA\n", b"x" * 99_999]
)
def test_what_is_no_key_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)

    for read in (read_private, read_public):
        with pytest.raises(BadFile):
            read(tmp_path / "key")


def test_keys_of_another_kind_folders_and_swapped_halves_are_told(tmp_path: Path, key: Path) -> None:
    (tmp_path / "ec").write_bytes(_other_kind())
    for read, path, kind, words in (
        (read_private, tmp_path / "ec", BadFile, "another kind"),
        (read_private, tmp_path, BadFile, "cannot be read"),
        (read_private, tmp_path / "none", NotFound, "no such key file"),
        (read_private, key.with_name("key.pem.pub"), BadFile, "cannot sign"),
        (read_public, key, BadFile, "shown to nobody"),
    ):
        with pytest.raises(kind, match=words):
            read(path)


def test_a_link_or_a_pipe_among_the_keys_of_a_folder_is_not_followed(out: Path, key: Path) -> None:
    (out / KEYS).mkdir()
    (out / KEYS / "a.pub").symlink_to(key)
    with pytest.raises(BadFile, match="plain file"):
        keys_within(out)
    (out / KEYS / "a.pub").unlink()
    os.mkfifo(out / KEYS / "a.pub")
    with pytest.raises(BadFile, match="plain file"):
        keys_within(out)


def signed(envelope: Envelope, *keys: PrivateKey) -> Envelope:
    """The envelope with signatures that the library makes by itself."""
    from securesystemslib.dsse import Envelope as Dsse
    from securesystemslib.signer import CryptoSigner

    dsse = Dsse(envelope.payload, "application/vnd.in-toto+json", {})
    for key in keys:
        dsse.sign(CryptoSigner(key.library_key))
    return dataclasses.replace(envelope, signatures=tuple(dsse.to_dict()["signatures"]))


def test_signatures_that_the_library_made_are_valid_and_those_over_other_bytes_are_not(
    out: Path, key: Path, tmp_path: Path
) -> None:
    ann, bob = read_private(key), new_key(tmp_path / "bob")
    envelope = signed(load_envelope(out), ann, bob)

    assert valid_signatures(envelope, [bob.public, ann.public]) == (bob.public.keyid, ann.public.keyid)
    assert valid_signatures(envelope, [ann.public]) == (ann.public.keyid,)
    assert valid_signatures(dataclasses.replace(envelope, payload=envelope.payload + b" "), [ann.public]) == ()


def test_the_library_finds_our_signature_valid(out: Path, key: Path, sign: Say) -> None:
    from securesystemslib.dsse import Envelope as Dsse

    sign(out, "--key", key)

    dsse = Dsse.from_dict(json.loads((out / ENVELOPE).read_bytes()))
    public = read_public(key.with_name("key.pem.pub"))
    assert list(dsse.verify([public.library_key], 1)) == [public.keyid]


def test_the_key_id_of_a_signature_is_a_hint_and_decides_nothing(out: Path, key: Path, tmp_path: Path) -> None:
    ann, bob = read_private(key), new_key(tmp_path / "bob")
    envelope = signed(load_envelope(out), ann)
    lied = ({**envelope.signatures[0], "keyid": bob.public.keyid},)

    assert valid_signatures(dataclasses.replace(envelope, signatures=lied), [bob.public]) == ()
    assert valid_signatures(dataclasses.replace(envelope, signatures=lied), [ann.public]) == (ann.public.keyid,)


@settings(max_examples=60, deadline=None)
@given(
    keyid=st.text(max_size=80),
    sig=st.one_of(st.text(max_size=100), st.binary(max_size=80).map(lambda made: base64.b64encode(made).decode())),
)
def test_any_signature_made_up_is_told_in_a_sentence_and_counts_for_nothing(keyid: str, sig: str) -> None:
    envelope = dataclasses.replace(EMPTY, signatures=({"keyid": keyid, "sig": sig},))

    checked = check_signatures(envelope, [SOME])

    assert checked.valid == ()
    assert len(checked.wrong) == 1


LETTERS = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
SOME = public_key(f"-----BEGIN PUBLIC KEY-----\n{LETTERS}\n-----END PUBLIC KEY-----\n")
"""The first of the keys in RFC 8032, section 7.1."""
EMPTY = Envelope(statement=None, payload=b"", signatures=())  # type: ignore[arg-type]  # only its payload is looked at


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_that_is_no_public_key_is_a_sentence(text: str) -> None:
    with pytest.raises(ConstitutionError):
        public_key(text)


def test_a_mistake_of_the_user_ends_with_two_and_leaves_no_traceback(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "sign", str(out), "--key", str(out / "README.md")]) == Occupied.exit_code
    assert "Traceback" not in capsys.readouterr().err


def test_the_card_is_as_true_after_a_signature_as_before_and_claims_none(out: Path, key: Path, sign: Say) -> None:
    sign(out, "--key", key, "--version", "3.1.4", "--created", THEN)

    manifest = load_manifest(out)
    assert manifest.dataset.version == "3.1.4"
    assert (out / "README.md").read_text("utf-8") == card_of(manifest)


def test_the_label_page_tells_the_edition_that_was_signed(out: Path, tmp_path: Path, sign: Say) -> None:
    code, _ = sign(out, "--new-key", tmp_path / "team.pem", "--version", "2.1.0")

    assert code == 0
    assert "version 2.1.0" in (out / LABEL_PAGE).read_text()
    assert verify_folder(out, Wanted()).word == "CONSISTENT"


def test_a_page_that_an_interrupted_signer_left_is_written_again(out: Path, tmp_path: Path, sign: Say) -> None:
    (out / LABEL_PAGE).write_text("number 7")

    assert sign(out, "--new-key", tmp_path / "team.pem")[0] == 0
    assert verify_folder(out, Wanted()).word == "CONSISTENT"


def test_a_signed_dataset_is_not_replaced_by_a_run(out: Path, key: Path, sign: Say) -> None:
    sign(out, "--key", key)
    before = everything(out)

    with pytest.raises(Occupied, match="signed"):
        begin(out, {"prompts": "1"})

    assert everything(out) == before
