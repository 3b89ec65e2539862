"""Prompts out of datasets: the types of Parquet, files that are bombs, folders, the hub, and who wrote the answers."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

import constitution
from constitution.api.prompts import read_prompts
from constitution.cli import main
from constitution.dataset.folder import load_trails, write_folder
from constitution.errors import BadFile, Mistake, NotFound
from constitution.sources.hub import wanted_of
from tests.folders import ask, contents, paired, tool_prompt


def user(text: str) -> dict[str, str]:
    """A message of a user."""
    return {"role": "user", "content": text}


def written(path: Path, *, plain: bool = False, **columns: Any) -> Path:
    """A Parquet file of these columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path, compression="zstd", use_dictionary=not plain, write_statistics=False)
    return path


def texts(source: Path | str) -> list[str]:
    """The last message of each prompt."""
    return [prompt.messages[-1].content for prompt in read_prompts(source)[0]]


# Parquet


def test_text_of_every_type_and_text_that_repeats_is_read_to_the_letter(tmp_path: Path) -> None:
    import pyarrow as pa

    said = ["a", "é\r\n", "a", "007"]
    kinds = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
    for kind in kinds:
        assert texts(written(tmp_path / "p.parquet", prompt=pa.array(said).cast(kind))) == said
    lists = [pa.list_(pa.string()), pa.large_list(pa.string()), pa.list_(pa.string(), 1)]
    for kind in lists:
        path = written(tmp_path / "p.parquet", prompt=["q"], tags=pa.array([["x"]], type=kind))
        assert read_prompts(path)[0][0].tags == ("x",)


def test_nulls_say_nothing_at_any_depth(tmp_path: Path) -> None:
    messages = [
        {**user("Rain?"), "name": None, "tool_calls": None},
        {"role": "assistant", "content": None, "name": None, "tool_calls": [{"id": "c", "function": {"name": "f"}}]},
        {"role": "tool", "content": "no", "name": None, "tool_calls": None},
    ]
    (prompt,), ignored = read_prompts(written(tmp_path / "p.parquet", messages=[messages], id=[7], tags=[None]))

    assert [message.as_json() for message in prompt.messages] == [
        user("Rain?"),
        {"role": "assistant", "content": "", "tool_calls": [{"id": "c", "function": {"name": "f"}}]},
        {"role": "tool", "content": "no"},
    ]
    assert (prompt.source_id, dict(ignored)) == ("7", {})


def test_json_columns_are_what_they_say(tmp_path: Path) -> None:
    import pyarrow as pa

    calls = json.dumps([{"id": "c", "function": {"name": "f", "arguments": '{"a": null}'}, "strict": None}])
    inner = pa.struct({"role": pa.string(), "content": pa.string(), "tool_calls": pa.string()})
    typed = pa.list_(pa.struct({"role": pa.string(), "content": pa.string(), "tool_calls": pa.json_()}))
    rows = pa.array([[{**user("q"), "tool_calls": None}, {"role": "assistant", "content": "", "tool_calls": calls},
                      {"role": "tool", "content": "r", "tool_calls": None}]], type=pa.list_(inner))  # fmt: skip
    whole = pa.array([json.dumps([user("w")])]).cast(pa.json_())

    (prompt,), _ = read_prompts(written(tmp_path / "a.parquet", messages=rows.cast(typed)))
    assert prompt.messages[1].tool_calls == tuple(json.loads(calls))
    assert texts(written(tmp_path / "b.parquet", prompt=whole)) == ["w"]
    assert texts(written(tmp_path / "c.parquet", messages=[json.dumps([user("x")])])) == ["x"]


def test_columns_that_python_cannot_hold_and_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    import pyarrow as pa

    path = tmp_path / "p.parquet"
    far = [pa.timestamp("us"), pa.duration("s"), pa.time64("us"), pa.date64()]
    for kind in far:
        with pytest.raises(BadFile):
            read_prompts(written(path, prompt=["a"], id=pa.array([2**62], kind)))
    with pytest.raises(BadFile, match="cannot be read as Parquet: days="):
        read_prompts(written(path, prompt=["a"], id=pa.array([2**30], pa.date32())))

    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["prompt", "prompt"]), path)
    with pytest.raises(BadFile, match="the column 'prompt' stands twice"):
        read_prompts(path)


@pytest.mark.parametrize("odd", [float("nan"), 2**60, b"\xff", datetime(2026, 1, 1, tzinfo=UTC)])
def test_odd_values_in_tool_calls_are_refused_with_their_place(odd: Any, tmp_path: Path) -> None:
    call = {"id": "c", "function": {"name": "f", "arguments": "{}"}, "at": odd}
    messages = [{**user("q"), "tool_calls": None}, {"role": "assistant", "content": "", "tool_calls": [call]},
                {"role": "tool", "content": "r", "tool_calls": None}]  # fmt: skip
    path = written(tmp_path / "p.parquet", messages=[messages])

    with pytest.raises(BadFile, match=r"p\.parquet: row 1: messages\[1\]\.tool_calls\[0\]\.at: "):
        read_prompts(path)


def test_columns_that_are_not_read_cost_nothing_and_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "p.parquet", prompt=["a", "b"], embedding=[[0.5] * 9] * 2, seen=[{"x": 1}, {"x": 2}])
    prompts, ignored = read_prompts(path)

    assert (len(prompts), dict(ignored)) == (2, {"embedding": 2, "seen": 2})


# Files that are small on disk and would be large in memory

BOMBS = """
import json, pathlib, resource, sys
from constitution.api.prompts import read_prompts
from constitution.errors import BadFile

resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
said = {}
for path in sys.argv[1:]:
    try:
        read_prompts(path)
        said[pathlib.Path(path).stem] = "read"
    except BadFile as error:
        said[pathlib.Path(path).stem] = error.what
print(json.dumps(said))
"""
REFUSED = {
    "one text a hundred thousand times": "bytes when written out",
    "one text that is too long": "longer than 1,000,000 characters",
    "one long word in a million messages": "bytes when written out",
    "a million rows and one": "1,000,001 rows, more than",
    "six million tags": "6,000,000 values in a row group",
    "one text of 260 MB": "bytes in a row group",
    "two thousand columns": "2,000 columns, more than 1,000",
    "bytes of one width": "which is not read",
    "a map": "which is not read",
    "a line of 3 GB": "the line is longer than 1,000,000 bytes",
    "a cell of 3 GB": "the line is longer than 10,000,000 bytes",
    "an array of 3 GB": "the array is larger than 100,000,000 bytes",
    "a deep array": "nested too deeply",
    "an open quote": "perhaps a quote is left open",
}


def bombs(folder: Path) -> Iterator[Path]:
    """Small files, in the order of ``REFUSED``."""
    import pyarrow as pa

    names = iter(REFUSED)

    def place(ending: str) -> Path:
        return folder / f"{next(names)}.{ending}"

    def repeated(value: Any, times: int, kind: Any) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array([0] * times, pa.int32()), pa.array([value], kind))

    text, long = pa.string(), "a" * 1_000_000
    yield written(place("parquet"), prompt=repeated(long, 100_000, text))
    yield written(place("parquet"), prompt=repeated(long + "a", 500, text))
    inner = pa.StructArray.from_arrays(
        [repeated("user", 10**6, text), repeated(long, 10**6, text)], ["role", "content"]
    )
    yield written(place("parquet"), messages=pa.ListArray.from_arrays([0, 1_000_000], inner))
    yield written(place("parquet"), prompt=repeated("a", 1_000_001, text))
    tags = pa.ListArray.from_arrays([0, 6_000_000], repeated("t", 6_000_000, text))
    yield written(place("parquet"), prompt=["a"], tags=tags)
    yield written(place("parquet"), plain=True, prompt=["a" * 260_000_000])
    wide: dict[str, Any] = {f"c{number}": [1] for number in range(1_999)}
    yield written(place("parquet"), prompt=["a"], **wide)
    yield written(place("parquet"), prompt=repeated(b"a" * 1000, 10_000, pa.binary(1000)).cast(pa.binary(1000)))
    yield written(place("parquet"), prompt=["a"], tags=pa.array([[("k", "v")]], pa.map_(text, text)))
    for ending, opening in (("jsonl", b'{"prompt": "'), ("csv", b'prompt\n"'), ("json", b"[")):
        path = place(ending)
        path.write_bytes(opening)
        os.truncate(path, 3_000_000_000)
        yield path
    deep, unclosed = place("json"), place("csv")
    deep.write_bytes(b"[" * 50_000_000)
    unclosed.write_bytes(b'prompt\n"' + b"a\n" * 5_000_000)
    yield from (deep, unclosed)


def test_files_that_would_fill_the_memory_are_refused_within_one_gigabyte(tmp_path: Path) -> None:
    files = [str(path) for path in bombs(tmp_path)]
    environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", BOMBS, *files], env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert {name: what for name, what in said.items() if REFUSED[name] not in what} == {}
    assert list(said) == list(REFUSED)


# What only looks like a file

SPECIAL = """
import json, sys
from constitution.api.prompts import read_prompts
from constitution.errors import BadFile

for path in sys.argv[1:]:
    try:
        read_prompts(path)
    except BadFile as error:
        print(json.dumps(error.sentence))
"""


def test_a_pipe_or_a_device_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    paths = []
    for kind in ("jsonl", "json", "csv", "parquet"):
        paths += [tmp_path / f"pipe.{kind}", tmp_path / f"endless.{kind}", tmp_path / f"{kind}.d"]
        os.mkfifo(paths[-3])
        paths[-2].symlink_to("/dev/zero")
        paths[-1].mkdir()
        os.mkfifo(paths[-1] / f"train.{kind}")
    command = [sys.executable, "-c", SPECIAL, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    sentences = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(sentences) == len(paths)
    assert all("it is a pipe or a device, not a file; write it to a file first" in each for each in sentences)


@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "parquet"])
def test_names_that_no_file_can_have_are_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"loop.{kind}").symlink_to(f"loop.{kind}")
    names = {
        f"{'x' * 300}.{kind}": "cannot be read: File name too long",
        f"a\0b.{kind}": "no file has a NUL character in its name",
        f"loop.{kind}": "cannot be read: Too many levels of symbolic links",
    }
    for name, message in names.items():
        with pytest.raises(BadFile) as caught:
            read_prompts(tmp_path / name)
        assert message in caught.value.sentence
        assert "\0" not in caught.value.sentence


def test_a_part_of_a_folder_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    saved(tmp_path, "a.jsonl", "c.jsonl")
    (tmp_path / "b.jsonl").symlink_to(tmp_path / "gone")

    with pytest.raises(BadFile, match=r"b\.jsonl: cannot be read: No such file"):
        read_prompts(tmp_path)


# Folders


def saved(folder: Path, *names: str, **keys: Any) -> Path:
    """A folder whose files hold one prompt each: their own name."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"prompt": name, **keys}) + "\n")
    return folder


def test_a_folder_is_its_data_files_in_order(tmp_path: Path) -> None:
    saved(tmp_path, "b.jsonl", "a.jsonl", "dataset_info.json", "README.md")

    assert texts(tmp_path) == ["a.jsonl", "b.jsonl"]
    assert texts(saved(tmp_path, "data/c.jsonl")) == ["data/c.jsonl"]


def test_of_splits_the_train_split_is_read(tmp_path: Path) -> None:
    saved(tmp_path, "data/train-0.jsonl", "data/train-1.jsonl", "data/test-0.jsonl")

    assert texts(tmp_path) == ["data/train-0.jsonl", "data/train-1.jsonl"]


def test_a_folder_that_a_run_wrote_gives_its_prompts_alone(tmp_path: Path) -> None:
    plain = ask(source="kitchen", source_id="k-1", license="CC-BY-4.0", origin="human", group_id="g")
    tools = tool_prompt()
    write_folder(tmp_path / "out", contents(paired(plain), paired(tools)))
    prompts, ignored = read_prompts(tmp_path / "out")

    assert [prompt.but(parent=None) for prompt in prompts] == [plain, tools]
    assert ignored["chosen"] == ignored["rejected"] == 2
    alone = read_prompts(tmp_path / "out" / "data" / "train-00000-of-00001.parquet")[0]
    assert [prompt.but(parent=None) for prompt in alone] == [plain, tools]


FOLDERS = {
    "nothing": ([], "the folder holds no data files"),
    "folders": (["one/a.jsonl", "two/b.jsonl"], "name one of its folders: one, two"),
    "another library's files": (["data-00000.arrow", "state.json"], "write it with to_parquet"),
    "two kinds": (["a.jsonl", "b.csv"], "the folder holds files of several kinds: .csv, .jsonl"),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_is_no_dataset_is_refused(name: str, tmp_path: Path) -> None:
    files, message = FOLDERS[name]
    with pytest.raises(BadFile) as caught:
        read_prompts(saved(tmp_path, *files))

    assert message in caught.value.sentence


# The hub

COMMIT = "c0ffee" * 6 + "c0ff"
HELD = {
    "README.md": b"---\nlicense: mit\n---\n",
    "data/train.jsonl": b'{"prompt": "one", "source": "mine"}\n{"prompt": "two", "source": null, "x": 1}\n',
    "data/test.jsonl": b'{"prompt": "three", "source": null, "x": 1}\n',
}


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as one dataset needs, over loopback."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[str]] = []

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.asked.append(path)
        _, _, file = path.removeprefix("/datasets/owner/name/resolve/").partition("/")
        _, _, below = path.removeprefix("/api/datasets/owner/name/tree/").partition("/")
        if path.startswith("/api/datasets/owner/name/tree/"):
            inside = [name for name in HELD if name.startswith(below)]
            names = {"/".join(name.split("/")[: 1 + bool(below)]) for name in inside}
            self.said(json.dumps([entry(name) for name in sorted(names)]).encode())
        elif path in ("/api/datasets/owner/name", *(f"/api/datasets/owner/name/revision/{r}" for r in ("v1", COMMIT))):
            self.said(json.dumps({"id": "owner/name", "sha": COMMIT}).encode())
        elif path.startswith("/datasets/owner/name/") and file in HELD:
            self.said(HELD[file], headers={"ETag": f'"{file}"', "X-Repo-Commit": COMMIT})
        else:
            self.said(b"{}", 404, {"X-Error-Code": "EntryNotFound" if "/resolve/" in path else "RepoNotFound"})

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        self.said(json.dumps([entry(name) for name in HELD if name.encode() in asked]).encode())

    def said(self, body: bytes, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        """Sends the answer, or the part of it that was asked for."""
        sent = {**headers, "Accept-Ranges": "bytes"}
        wanted = self.headers.get("Range")
        if wanted and self.command == "GET" and status == 200:
            first, last = (int(end) for end in wanted.removeprefix("bytes=").split("-"))
            sent["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
            body, status = body[first : last + 1], 206
        self.send_response(status)
        for name, value in {**sent, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def entry(name: str) -> dict[str, Any]:
    """A file or folder as the hub lists it."""
    oid = hashlib.sha1(name.encode()).hexdigest()
    return {"type": "file" if name in HELD else "directory", "path": name, "size": len(HELD.get(name, b"")), "oid": oid}


SEVERAL = """
import json, sys
from constitution.api.prompts import read_prompts
from constitution.errors import Mistake

for name in sys.argv[1:]:
    try:
        print(json.dumps([[p.messages[0].content, p.source] for p in read_prompts(name)[0]]))
    except Mistake as error:
        print(json.dumps(error.sentence))
"""


def asked(environment: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """The command, with no hub but the one named."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return subprocess.run([sys.executable, *command], env={**clean, **environment}, capture_output=True, text=True)


def test_a_dataset_of_the_hub_is_streamed_and_its_prompts_name_the_commit(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    names = (
        "hub:owner/name",
        "hub:owner/name@v1#test",
        "hub:owner/name#train[:1]",
        "hub:owner/name#no",
        "hub:owner/no",
    )
    place = {"HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HOME": str(tmp_path)}
    done = asked(place, "-c", SEVERAL, *names)
    server.shutdown()
    server.server_close()

    assert done.returncode == 0, done.stderr
    whole, test, first, split, missing = map(json.loads, done.stdout.splitlines())
    assert whole == [["one", "mine"], ["two", f"owner/name@{COMMIT}"]]
    assert test == [["three", f"owner/name@{COMMIT}"]]
    assert first == [["one", "mine"]]
    assert split.startswith("hub:owner/name: cannot be read: Bad split: no.")
    assert missing.startswith("hub:owner/no: the dataset cannot be had from the hub: 404")
    assert "/api/datasets/owner/name/revision/v1" in Hub.asked


def test_a_hub_out_of_reach_is_said_in_one_sentence(tmp_path: Path) -> None:
    command = ("-m", "constitution", "plan", "--prompts", "hub:owner/name")
    done = asked({"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}, *command)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: hub:owner/name: the dataset cannot be had from the hub: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "name", ["hub:", "hub:name", "hub:a/b/c", "hub:a/b@", "hub:a/b#x[1:]", "hub:../b#", "hub:a/b c"]
)
def test_a_name_that_the_hub_cannot_have_is_refused_before_anything_is_asked(name: str) -> None:
    with pytest.raises(Mistake, match="names no dataset of the hub"):
        wanted_of(name)


# Who wrote the answers


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two answers to one prompt; one says who wrote it."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "p.jsonl"
    given = [{"text": "Because of YEAST, and I am CERTAIN."}, {"text": "Yeast.", "origin": "program"}]
    path.write_text(json.dumps({"prompt": "Why does bread rise?", "candidates": given}) + "\n")
    return path


def test_answers_are_by_whom_the_caller_says_unless_their_row_does(answered: Path) -> None:
    (prompt,), _ = read_prompts(answered, candidate_origin="human")
    listed = read_prompts([{"prompt": "a", "response": "b"}, "c"], candidate_origin="model")[0]

    assert [candidate.origin for candidate in prompt.candidates] == ["human", "program"]
    assert [[candidate.origin for candidate in each.candidates] for each in listed] == [["model"], []]
    with pytest.raises(Mistake, match="candidate origin 'ghost' is unknown"):
        constitution.plan(prompts=answered, candidate_origin="ghost", root=answered.parent)


def test_given_answers_are_held_to_the_principles_instead_of_drafts(
    answered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = answered.parent / "out"
    code = main(["run", "--prompts", str(answered), "--out", str(out), "--candidate-origin", "human", "--json"])
    (trail,) = (trail for _, trail in load_trails(out))

    assert (code, json.loads(capsys.readouterr().out)["data"]["prompts"]) == (0, 1)
    assert (trail.steps[0].kind, trail.steps[0].agent) == ("import", "human")
    assert (trail.responses[0].text, trail.responses[0].origin) == ("Because of YEAST, and I am CERTAIN.", "human")


def test_a_maker_that_there_is_no_word_for_is_a_usage_error(answered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["plan", "--prompts", str(answered), "--candidate-origin", "ghost"])

    assert code == 2
    assert "ghost" in capsys.readouterr().err


def test_a_name_without_an_ending_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no such file or folder"):
        read_prompts(tmp_path / "prompts")
