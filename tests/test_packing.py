"""How replies are packed in the ledger: any comes back equal, old files are read, damage is named, nothing lingers."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from constitution.core.asking import Reply, Usage
from constitution.core.digest import text_digest
from constitution.errors import BadFile
from constitution.ledger import Entry, Ledger, open_ledger, read_ledger
from constitution.ledger.erasing import Unwanted, erase, prune
from constitution.ledger.opening import MIGRATIONS, PAGE
from constitution.ledger.packing import SAMPLES
from constitution.ledger.reciting import recited
from constitution.ledger.soundness import check
from constitution.ledger.survey import survey

TIME = "2026-01-01T00:00:00.000+00:00"
WORDS = ("the", "dog", "house", "river", "bread", "of", "and", "why", "how", "to", "learn", "friend", "letter", "kind")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
REPLIES = st.builds(
    Reply,
    text=st.text(),
    reasoning=st.text(max_size=20),
    finish=st.sampled_from(["stop", "length", "refused", "tool", "empty"]),
    model_returned=st.text(max_size=20),
    usage=st.none() | st.builds(Usage, input=st.integers(), output=st.integers(), cached=st.integers()),
    logprobs=st.none() | st.tuples(st.dictionaries(st.text(), JSON, max_size=2)),
    raw=st.dictionaries(st.text(), JSON, max_size=3),
)


def entry(name: object, text: str = "yes", **more: object) -> Entry:
    """A reply to the request of this name."""
    reply = Reply(text=text, model_returned="small", usage=Usage(input=10, output=2), raw={"id": f"req-{name}"})
    return Entry(text_digest(str(name)), "local:small", reply.but(**more), TIME)


def prose(number: int, dice: random.Random) -> Entry:
    """A reply of some length, marked with its number."""
    said = " ".join(dice.choices(WORDS, k=60))
    return entry(number, f"{said} <mark {number:06d} {dice.randbytes(20).hex()}> {said}")


def fill(path: Path, *entries: Entry) -> None:
    """The ledger holds these replies."""
    with closing(open_ledger(path)) as ledger:
        ledger.keep([(each, number) for number, each in enumerate(entries)])


def asked(path: Path, question: str, *given: object) -> list[tuple[Any, ...]]:
    """What the file itself says, or is told."""
    with closing(sqlite3.connect(path)) as db, db:
        return db.execute(question, given).fetchall()


def bytes_of(path: Path) -> bytes:
    """All bytes of the ledger and of what stands beside it."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Ledger, Path]]:
    """A ledger that has learned a dictionary."""
    with tempfile.TemporaryDirectory() as folder:
        path, dice = Path(folder) / "l.db", random.Random(1)
        fill(path, *(prose(number, dice) for number in range(SAMPLES + 20)))
        with closing(open_ledger(path)) as ledger:
            yield ledger, path


NUMBERS = count()


def comes_back(both: tuple[Ledger, Path], reply: Reply) -> None:
    """The reply is read as it was kept: packed, and as plain text."""
    ledger, path = both
    given = Entry(text_digest(f"law {next(NUMBERS)}"), "local:small", reply, TIME, 3)
    ledger.keep([(given, 1)])
    packed = ledger.get(given.digest)
    asked(path, "UPDATE replies SET reply = ? WHERE digest = ?", reply.model_dump_json(), given.digest)
    plain = ledger.get(given.digest)
    assert packed == plain == given


@settings(max_examples=60, deadline=None)
@given(reply=REPLIES)
def test_any_reply_comes_back_equal_packed_and_plain(both: tuple[Ledger, Path], reply: Reply) -> None:
    comes_back(both, reply)


@pytest.mark.parametrize(
    "text",
    ["", "\0", "a\0b\0", "\ufeff", "\u202e\u2066", "\U0010ffff\ufffe", "\x1b[31m", "\r\n\u2028", "a" * 10**6,
     "\0" * 10**6, random.Random(3).randbytes(500_000).hex(), "\U0001f600" * 250_000, '{"text":', "\\ud800"],
)  # fmt: skip
def test_text_of_any_kind_and_length_comes_back_to_the_letter(both: tuple[Ledger, Path], text: str) -> None:
    comes_back(both, Reply(text=text, reasoning=text, model_returned=text, raw={text: text}))


@pytest.mark.parametrize("text", ["\ud800", "fine \udfff"])
def test_a_lone_surrogate_is_refused_and_nothing_is_kept(tmp_path: Path, text: str) -> None:
    bad = Reply.model_construct(text=text, model_returned="x")
    with closing(open_ledger(tmp_path / "l.db")) as ledger:
        with pytest.raises(ValueError, match="surrogate"):
            ledger.keep([(entry("a"), 1), (Entry(text_digest("b"), "m:x", bad, TIME), 2)])
        assert ledger.replies() == 0


def test_a_dictionary_is_learned_once_and_stands_in_the_file(tmp_path: Path) -> None:
    path, dice = tmp_path / "l.db", random.Random(2)
    entries = [prose(number, dice) for number in range(3 * SAMPLES)]
    with closing(open_ledger(path)) as ledger:
        for start in range(0, len(entries), 64):
            ledger.keep([(each, start) for each in entries[start : start + 64]])
    ((number, dictionary),) = asked(path, "SELECT id, dictionary FROM dictionaries")
    with closing(open_ledger(path)) as ledger:
        ledger.keep([(entry("later"), 1)])
    used = [zstandard.get_frame_parameters(kept).dict_id for (kept,) in asked(path, "SELECT reply FROM replies")]

    assert len(asked(path, "SELECT id FROM dictionaries")) == 1
    assert zstandard.ZstdCompressionDict(dictionary).dict_id() == number
    assert set(used) == {0, number}
    assert SAMPLES <= used.count(0) < SAMPLES + 64, "those that came before stay as they were"
    with closing(read_ledger(path)) as ledger:
        assert all(ledger.get(each.digest) == each for each in entries)
    with recited(path) as found:
        assert len(list(found)) == len(entries) + 1
    assert check(path).findings == ()
    assert survey(path).models["local:small"].input == 10 * (len(entries) + 1)


def test_packed_replies_take_less_than_half_the_room(tmp_path: Path) -> None:
    path, dice = tmp_path / "l.db", random.Random(2)
    entries = [prose(number, dice) for number in range(2 * SAMPLES)]
    fill(path, *entries)
    plain = sum(len(each.reply.model_dump_json(exclude_defaults=True)) for each in entries)
    ((packed,), *_) = asked(path, "SELECT SUM(LENGTH(CAST(reply AS BLOB))) FROM replies")

    assert packed < plain / 2
    assert asked(path, "PRAGMA page_size") == [(PAGE,)]


def test_replies_too_alike_or_too_short_to_learn_from_are_kept_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    same = [Entry(text_digest(str(n)), "m:x", Reply(text="", model_returned=""), TIME) for n in range(SAMPLES + 2)]
    fill(path, *same)

    with closing(read_ledger(path)) as ledger:
        assert all(ledger.get(each.digest) == each for each in same)
    assert check(path).findings == ()


# files of older versions


def older(path: Path, version: int, *entries: Entry) -> None:
    """A ledger as this version made it: small pages, replies as plain text."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA page_size = 4096")
        db.executescript(f"BEGIN; {''.join(MIGRATIONS[:version])} PRAGMA user_version = {version}; COMMIT;")
        rows = [(e.digest, 1, e.model, e.reply.model_dump_json(exclude_defaults=True), e.time, 1) for e in entries]
        with db:
            db.executemany("INSERT INTO replies VALUES (?, ?, ?, ?, ?, ?)", rows)


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_file_is_read_as_it_is_and_brought_up_when_it_is_written_to(tmp_path: Path, version: int) -> None:
    path = tmp_path / "l.db"
    older(path, version, entry("a"), entry("b"))
    before = path.read_bytes()

    with closing(read_ledger(path)) as ledger:
        assert ledger.get(text_digest("a")) == entry("a")
        assert ledger.quarantined(text_digest("c")) is None
    assert (survey(path).version, survey(path).replies, check(path).findings) == (version, 2, ())
    assert path.read_bytes() == before

    with closing(open_ledger(path)) as ledger:
        ledger.keep([(entry("c"), 1)])
        assert [ledger.get(text_digest(name)) for name in "abc"] == [entry(name) for name in "abc"]
    kinds = asked(path, "SELECT typeof(reply), COUNT(*) FROM replies GROUP BY 1")
    assert kinds == [("blob", 1), ("text", 2)]
    assert (survey(path).version, check(path).findings) == (len(MIGRATIONS), ())


def test_a_large_older_file_teaches_the_dictionary_and_is_packed_when_it_is_pruned(tmp_path: Path) -> None:
    path, dice = tmp_path / "l.db", random.Random(4)
    entries = [prose(number, dice) for number in range(SAMPLES + 10)]
    older(path, 2, *entries)
    fill(path, entry("new"))
    assert len(asked(path, "SELECT id FROM dictionaries")) == 1
    before = path.stat().st_size

    fill(path, Entry(text_digest("old"), "other:m", entry("old").reply, TIME))
    prune(path, Unwanted(model="other:m"), really=True)

    assert path.stat().st_size < before
    assert asked(path, "SELECT DISTINCT typeof(reply) FROM replies") == [("blob",)]
    with closing(read_ledger(path)) as ledger:
        assert all(ledger.get(each.digest) == each for each in entries)


# damage


def flipped(content: bytes, place: int) -> bytes:
    """With one bit the other way."""
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def sure_to_be_named(path: Path, digest: str, *words: str) -> None:
    """Whoever asks for the reply is told what is wrong with it, and where."""
    with closing(read_ledger(path)) as ledger:
        with pytest.raises(BadFile, match=digest) as caught:
            ledger.get(digest)
        assert (caught.value.where, caught.value.exit_code) == (str(path), 2)
    assert [word for word in words if word not in str(check(path).findings)] == []
    survey(path)


def test_every_bit_of_a_packed_reply_that_is_flipped_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    fill(path, entry("a", "why not say so"))
    ((whole,),) = asked(path, "SELECT reply FROM replies")
    for place in range(len(whole)):
        asked(path, "UPDATE replies SET reply = ?", flipped(whole, place))
        with closing(read_ledger(path)) as ledger, pytest.raises(BadFile, match=text_digest("a")):
            ledger.get(text_digest("a"))


SPOILED: dict[str, Callable[[bytes], Any]] = {
    "cut short": lambda kept: kept[:-5],
    "followed by more": lambda kept: kept + b"more",
    "nothing": lambda kept: b"",
    "no frame": lambda kept: b"\xff\xfe",
    "a frame of something else": lambda kept: zstandard.compress(b'{"text": 1}'),
    "a frame that is no JSON": lambda kept: zstandard.compress(b"\xff\xff"),
    "a frame without its size": lambda kept: zstandard.ZstdCompressor(write_content_size=False).compress(b"{}" * 999),
    "a number": lambda kept: 17,
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_reply_that_cannot_be_unpacked_is_named_with_its_file_and_digest(tmp_path: Path, how: str) -> None:
    path = tmp_path / "l.db"
    fill(path, entry("a", "why not say so"))
    ((whole,),) = asked(path, "SELECT reply FROM replies")
    asked(path, "UPDATE replies SET reply = ?", SPOILED[how](whole))

    sure_to_be_named(path, text_digest("a"), f"reply {text_digest('a')}: it cannot be read back")


def test_a_frame_that_would_fill_the_memory_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.db"
    fill(path, entry("a", "0" * 100_000))
    monkeypatch.setattr("constitution.ledger.packing.LARGEST", 10_000)

    sure_to_be_named(path, text_digest("a"), "more than 10,000 bytes")
    fill(path, entry("b", "0" * 100_000))
    with closing(read_ledger(path)) as ledger:
        assert ledger.get(text_digest("b")) == entry("b", "0" * 100_000), "what is too large to unpack is not packed"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("DELETE FROM dictionaries", "that it was packed with is missing"),
        ("UPDATE dictionaries SET dictionary = x'00'", "is not the one that was kept under this number"),
        ("UPDATE dictionaries SET dictionary = 'text'", "is not the one that was kept under this number"),
        ("UPDATE dictionaries SET id = id + 1", "that it was packed with is missing"),
        (
            "UPDATE dictionaries SET dictionary = CAST(substr(dictionary, 1, 8) || zeroblob(100)"
            " || substr(dictionary, 109) AS BLOB)",
            "is damaged: unable",
        ),
    ],
)
def test_a_dictionary_that_is_gone_or_damaged_is_named_and_new_replies_are_kept_all_the_same(
    tmp_path: Path, wrong: str, words: str
) -> None:
    path, dice = tmp_path / "l.db", random.Random(5)
    entries = [prose(number, dice) for number in range(SAMPLES)]
    fill(path, *entries)
    last = entry("last", "packed with the dictionary that was learned")
    fill(path, last)
    asked(path, wrong)

    sure_to_be_named(path, last.digest, words)
    fill(path, entry("new"))
    with closing(read_ledger(path)) as ledger:
        assert ledger.get(text_digest("new")) == entry("new")
        assert ledger.get(entries[0].digest) == entries[0]


# erasure


def test_what_is_erased_is_taken_out_of_the_dictionary_too(tmp_path: Path) -> None:
    path, dice = tmp_path / "l.db", random.Random(6)
    entries = [prose(number, dice) for number in range(2 * SAMPLES)]
    with closing(open_ledger(path)) as ledger:
        ledger.keep([(each, 1) for each in entries[:SAMPLES]])
        ledger.keep([(each, 1) for each in entries[SAMPLES:]])
    ((_, dictionary),) = asked(path, "SELECT id, dictionary FROM dictionaries")
    learned = [n for n in range(len(entries)) if f"<mark {n:06d}".encode() in dictionary]
    assert learned, "a dictionary is made of pieces of replies"
    gone = [entries[number] for number in learned]

    erase(path, [each.digest for each in gone], because="a test", time=TIME)

    left = bytes_of(path)
    assert [number for number in learned if f"<mark {number:06d}".encode() in left] == []
    with closing(read_ledger(path)) as ledger:
        for each in entries:
            assert ledger.get(each.digest) == (None if each in gone else each)
    assert check(path).findings == ()
    assert len(asked(path, "SELECT id FROM dictionaries")) == 1


def test_a_damaged_reply_does_not_keep_others_from_being_erased(tmp_path: Path) -> None:
    path = tmp_path / "l.db"
    fill(path, entry("a"), entry("b"))
    asked(path, "UPDATE replies SET reply = x'ff' WHERE digest = ?", text_digest("b"))

    assert erase(path, [text_digest("a")], because="a test", time=TIME).replies == 1
    sure_to_be_named(path, text_digest("b"), text_digest("b"))
