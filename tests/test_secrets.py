"""Secrets: whatever is done and whatever goes wrong, no key is on the disk, on standard output or on standard error."""

from __future__ import annotations

import io
import json
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from constitution.cli import main
from constitution.providers.keys import STARS, Key, key_from, without_secrets
from constitution.providers.simulator.serving import behaviour, serving
from tests.endpoints_here import (
    Answer,
    Asked,
    chat,
    clean_environment,
    command,
    here,
    note,
    settings,
    whole,
    write_rows,
)

CANARY = "sk-canary/4b1d7e93+5c0a82f6=="
VARIABLES = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "LOCAL_KEY")
TRACES = tuple(CANARY[place : place + 12].encode() for place in range(len(CANARY) - 11))
"""Any twelve characters of the key in a row."""

Say = Callable[..., tuple[int, str]]
"""Gives a command; the exit code comes back, and all that was written to the terminal."""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project as the working folder, with the canary in every variable that holds a key."""
    for name in ("CONSTITUTION_LEDGER", "CONSTITUTION_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name in VARIABLES:
        monkeypatch.setenv(name, CANARY)
    monkeypatch.chdir(tmp_path)
    write_rows(tmp_path / "prompts.jsonl", 2)
    return tmp_path


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Say:
    """Gives commands in this process."""

    def given(*arguments: str) -> tuple[int, str]:
        code = main(arguments)
        told = capfd.readouterr()
        return code, told.out + told.err

    return given


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folder with its bytes, and packed tables and replies unpacked as well."""
    import pyarrow.parquet as pq

    from constitution.ledger.reciting import recited

    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()
        if path.suffix == ".parquet":
            yield f"{path.name}, unpacked", repr(pq.read_table(path).to_pylist()).encode()
        if path.suffix == ".db":
            with recited(path) as entries:
                yield f"{path.name}, unpacked", repr(list(entries)).encode()


def leaks(folder: Path, *told: str) -> list[str]:
    """Where the key, or a piece of it, can be found."""
    places = [*written(folder), *((f"said {number}", text.encode()) for number, text in enumerate(told))]
    plain = [(name, content.replace(b"\\/", b"/").replace(b"\0", b"")) for name, content in places]
    return sorted({name for name, content in plain if any(trace in content for trace in TRACES)})


def brought(asked: Asked) -> str:
    """The key that came with a request."""
    return asked.headers["authorization"].removeprefix("Bearer ")


def error(status: int, **more: str) -> Callable[[Asked], Answer]:
    """An error that quotes the key in its message."""
    return lambda asked: Answer.of(
        {"error": {"type": "oh", "message": f"Incorrect key: {asked.headers['authorization']}"}}, status, **more
    )


def field(name: str, status: int = 400) -> Callable[[Asked], Answer]:
    """An error that quotes the key in this field."""
    return lambda asked: Answer.of({"error": {"message": "no", name: brought(asked)}}, status)


def padded(number: int) -> Callable[[Asked], Answer]:
    """An error in which the key begins so far from the front that a message cut short might end within it."""
    return lambda asked: Answer.of({"error": {"message": "x" * number + brought(asked)}}, 500)


def text(spell: Callable[[str], bytes], status: int = 200, kind: str = "text/plain") -> Callable[[Asked], Answer]:
    """A body that is no JSON, with the key in it."""
    return lambda asked: Answer(spell(brought(asked)), status, {"content-type": kind})


def redirect(to: Callable[[str], str]) -> Callable[[Asked], Answer]:
    """A redirect whose target is made of the key."""
    return lambda asked: Answer.of({}, 307, location=to(brought(asked)))


def reply(**fields: Callable[[str], Any]) -> Callable[[Asked], Answer]:
    """A whole answer with the key in these fields, on either wire."""

    def answer(asked: Asked) -> Answer:
        good = note() if asked.path.endswith("/messages") else chat()
        return Answer.of({**good, **{name: make(brought(asked)) for name, make in fields.items()}})

    return answer


def says(asked: Asked) -> Answer:
    """A model that says the key as its answer."""
    return whole(asked, f"Your key is {brought(asked)}, and in other letters {quote(brought(asked), safe='')}.")


FAILURES: dict[str, Callable[[Asked], Answer]] = {
    **{f"{status} that quotes it": error(status) for status in (400, 401, 402, 403, 404, 408, 409, 413, 422, 429)},
    **{f"{status} that quotes it": error(status) for status in (500, 502, 503, 504, 529, 599)},
    "a redirect with it": lambda asked: Answer.of({}, 307, location=f"http://127.0.0.1:9/{brought(asked)}"),
    "a redirect to a host of its name": redirect(lambda key: f"https://{quote(key, safe='')}.example/"),
    "a redirect to a host of its letters": redirect(lambda key: f"https://{key.replace('/', '.').upper()}/"),
    "a redirect that brings it as a password": redirect(lambda key: f"https://me:{quote(key, safe='')}@host.example/"),
    "a redirect that quotes it": error(308, location="/elsewhere"),
    "a wait for it": lambda asked: Answer.of({}, 429, retry_after=brought(asked)),
    "as a type": field("type"),
    "as a code": field("code"),
    "as a parameter": field("param"),
    "as a detail": lambda asked: Answer.of({"detail": brought(asked)}, 422),
    "as an error": lambda asked: Answer.of({"error": brought(asked)}, 500),
    "as a key": lambda asked: Answer.of({"error": {brought(asked): brought(asked)}}, 500),
    "in a list": lambda asked: Answer.of([brought(asked)], 400),
    "alone": lambda asked: Answer.of(brought(asked), 400),
    "all headers": lambda asked: Answer.of({"error": {"message": json.dumps(dict(asked.headers))}}, 400),
    **{f"after {number} letters": padded(number) for number in (190, 270, 285, 295, 65_530)},
    "a page with an error": text(lambda key: f"<html>{key}</html>".encode(), 500, "text/html"),
    "plain words with an error": text(lambda key: f"bad {key}".encode(), 400),
    "a page": text(lambda key: f"<html>{key}</html>".encode()),
    "half of an answer": text(lambda key: f'{{"choices": ["{key}'.encode(), 200, "application/json"),
    "slashes escaped": text(lambda key: f'{{"a": "{key}'.replace("/", "\\/").encode()),
    "wide letters": text(lambda key: f'{{"a": "{key}'.encode("utf-16")),
    "after 64 KB": text(lambda key: ("x" * 65_530 + key).encode()),
    "as content": reply(content=lambda key: key, choices=lambda key: key),
    "in content": reply(content=lambda key: [key], choices=lambda key: [key]),
    "as usage": reply(usage=lambda key: {"prompt_tokens": key, "input_tokens": key}),
    "as the name of the model": reply(model=lambda key: key),
    "as the name of the answer": reply(id=lambda key: key, system_fingerprint=lambda key: key),
    "as the reason of a stop": reply(stop_reason=lambda key: key),
    "in an error with status 200": error(200),
    "as the code of an error with status 200": field("code", 200),
    "as an end that there is none of": reply(
        choices=lambda key: chat(key, "")["choices"],
        content=lambda key: note(key)["content"],
        stop_reason=lambda key: "",
    ),
    "as a refusal": reply(choices=lambda key: chat(None, refusal=key)["choices"], stop_details=lambda key: {"x": key}),
    "as the answer itself": says,
}
"""What a server may do to show the key to whoever reads along."""
LAST = tuple(name for name in FAILURES if name.startswith(("401", "402", "403", "a redirect")))
"""Failures after which nothing more is asked."""


def run_against(
    project: Path, say: Say, wire: str, failures: Iterable[Callable[[Asked], Answer]], *, at_once: int = 1
) -> int:
    """The exit code of a run whose calls fail in turn, and whose ledger, folder and words are searched for the key."""
    # Afterwards the door is shut, so that nobody waits for a run that cannot end well.
    turns = iter(failures)
    with here(lambda asked: next(turns, error(401))(asked)) as server:
        settings(project, server.url, wire, key_env="LOCAL_KEY")
        given = ("run", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:m", "-v")
        code, told = say(*given, "--concurrency", str(at_once))

        assert {brought(asked) for asked in server.seen} == {CANARY}
    assert code in (3, 5)
    assert next(turns, None) is None
    assert leaks(project, told) == []
    return code


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
def test_no_server_that_sends_the_key_back_in_a_run_of_failures_leaves_a_trace_of_it(
    project: Path, say: Say, wire: str
) -> None:
    write_rows(project / "prompts.jsonl", len(FAILURES))
    run_against(project, say, wire, [FAILURES[name] for name in FAILURES if name not in LAST], at_once=8)


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
@pytest.mark.parametrize("failure", LAST)
def test_no_server_that_refuses_for_good_and_sends_the_key_back_leaves_a_trace_of_it(
    project: Path, say: Say, wire: str, failure: str
) -> None:
    assert run_against(project, say, wire, [FAILURES[failure]]) == 5


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_key_is_not_sent_on_to_where_a_redirect_points(project: Path, say: Say, wire: str, status: int) -> None:
    given = ("run", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:m", "--json")
    with here(whole) as other, here(lambda asked: Answer.of({}, status, location=f"{other.url}{asked.path}")) as server:
        settings(project, server.url, wire, key_env="LOCAL_KEY")
        code, told = say(*given)

        assert (code, other.seen, {brought(asked) for asked in server.seen}) == (5, [], {CANARY})
        assert f"redirects to {other.url}, and neither a prompt nor a key is sent on" in told
    assert "name the final address in base_url" in told
    assert leaks(project, told) == []


@pytest.mark.slow
@pytest.mark.parametrize("wire", ["openai", "anthropic"])
@pytest.mark.parametrize("failure", FAILURES)
def test_no_single_failure_leaves_a_trace_of_the_key(project: Path, say: Say, wire: str, failure: str) -> None:
    run_against(project, say, wire, [FAILURES[failure]])


def test_there_are_thirty_failures_and_more() -> None:
    assert len(FAILURES) >= 30


def test_a_search_for_the_key_would_find_it(project: Path) -> None:
    (project / "note.txt").write_bytes(b"\0" + CANARY[3:-2].encode())

    assert leaks(project, CANARY[:20]) == ["note.txt", "said 0"]
    assert leaks(project, CANARY.replace("/", "\\/"), CANARY.encode("utf-16").decode("latin-1")) != []


def test_no_command_shows_a_key(project: Path, say: Say) -> None:
    with serving(behaviour(key=CANARY)) as url:
        settings(project, url, key_env="LOCAL_KEY")
        source, model = ("--prompts", "prompts.jsonl"), ("--model", "local:plain")
        commands: list[tuple[str, ...]] = [
            (), ("--help",), ("--version",), ("init",), ("nonsense",), ("run", "--out"),
            ("plan", *source, *model), ("plan", *source, "--model", "openai:gpt-5"),
            ("plan", *source, "--model", "anthropic:claude-sonnet-4-5", "--json"), ("plan", *source, "-v"),
            ("try", "harmlessness@draft", *source, *model), ("try", "harmlessness#nobody", *source, "--json"),
            ("run", *source, "--out", "out", *model, "--show", "2"), ("run", *source, "--out", "out", *model, "--json"),
            ("run", *source, "--out", "out", "--model", "local:heroic", "--json", "-v"),
            ("run", *source, "--out", "out2", "--model", f"local:{STARS}"),
            ("show", "out"), ("show", "out", "1"), ("show", "out", "--json"), ("show", "out", "--by", "principle"),
            ("show", "nowhere"), ("principles", "lint", "harmlessness@draft"), ("principles",),
            ("principles", "lint", "nobody", "--json"), ("tools",), ("tools", "doctor"), ("tools", "doctor", "--json"),
            ("tools", "doctor", "--ask", "local:plain"), ("tools", "doctor", "--ask", "local:nobody", "--json"),
            ("tools", "simulate", "--port", "0", "--faults", "nothing=1"),
        ]  # fmt: skip
        told = [say(*each) for each in commands]

    assert {code for code, _ in told} <= {0, 1, 2, 3, 5}
    assert (project / "out" / "README.md").exists()
    assert leaks(project, *(text for _, text in told)) == []


def test_a_key_for_one_host_is_refused_for_another_without_being_shown(project: Path, say: Say) -> None:
    told = []
    for lines in (
        {"key_env": "OPENAI_API_KEY"}, {"key_env": "NO_SUCH_KEY"}, {"key_env": "LOCAL_KEY", "colour": "red"},
        {"key_env": ""},
    ):  # fmt: skip
        settings(project, "http://127.0.0.1:9", **lines)
        told.append(say("run", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:m"))

    assert [code for code, _ in told] == [2] * 4
    assert leaks(project, *(text for _, text in told)) == []


@pytest.mark.parametrize("debug", ["", "1"])
def test_not_even_a_bug_of_ours_shows_a_key(
    project: Path, say: Say, debug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError(f"sent authorization: Bearer {CANARY}")

    monkeypatch.setattr("constitution.cli.showing.read_folder", fails)
    monkeypatch.setenv("CONSTITUTION_DEBUG", debug)
    code, told = say("show", "out")

    assert code == 70
    assert leaks(project, told) == []
    assert f"Bearer {STARS}" in (told if debug else (project / ".constitution" / "bug.txt").read_text())


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
def test_an_sdk_that_is_told_to_log_everything_does_not_log_the_key(project: Path, wire: str) -> None:
    given = command("run", "--prompts", "prompts.jsonl", "--out", "out", "--model", "local:m", "--concurrency", "1")
    with here(error(401)) as server:
        settings(project, server.url, wire, key_env="LOCAL_KEY")
        variables = {**dict.fromkeys(VARIABLES, CANARY), "OPENAI_LOG": "debug", "ANTHROPIC_LOG": "debug"}
        environment = clean_environment(**variables, PYTHONASYNCIODEBUG="1")
        done = subprocess.run(given, capture_output=True, text=True, env=environment, check=False)

    assert (done.returncode, len(server.seen)) == (5, 1)
    assert leaks(project, done.stdout, done.stderr) == []


def test_a_served_simulator_does_not_show_the_key_that_it_asks_for(project: Path) -> None:
    given = command("tools", "simulate", "--port", "0", "--key", CANARY, "--json")
    with subprocess.Popen(given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=30)

    assert "listening" in first
    assert leaks(project, first, out, err) == []


def test_a_key_is_struck_out_of_text_bytes_and_json_however_it_is_spelled() -> None:
    key = Key('se"cret/\\key')
    json_of = json.dumps(key.secret)

    assert key.hide(f"a {key.secret} b") == f"a {STARS} b"
    assert key.hide(f"{json_of} {json_of}") == f'"{STARS}" "{STARS}"'
    assert key.hide(quote(key.secret, safe="")) == STARS
    assert key.hide({key.secret: [key.secret, 1, None, (key.secret,)]}) == {STARS: [STARS, 1, None, (STARS,)]}
    assert key.hide(key.secret.encode("utf-16-le")) == STARS.encode("utf-16-le")
    assert key.hide(io.BytesIO) is io.BytesIO


def test_a_word_that_is_no_secret_stays_in_the_texts() -> None:
    assert Key("none").hide("none of these") == "none of these"


def test_secrets_of_the_environment_are_struck_out_the_longest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "abcdefgh")
    monkeypatch.setenv("my_other_password", "abcdefgh-and-more")
    monkeypatch.setenv("PATH_TO_IT", "ijklmnop")

    assert without_secrets("abcdefgh-and-more abcdefgh ijklmnop") == f"{STARS} {STARS} ijklmnop"


def test_a_key_keeps_its_secret_from_whoever_prints_it() -> None:
    assert CANARY not in f"{key_from('LOCAL_KEY')} {key_from('LOCAL_KEY')!r}"
