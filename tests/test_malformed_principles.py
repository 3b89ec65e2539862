"""Malformed principle files: each is told with its line, none ends in a traceback, none takes long."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from constitution.cli import main

Lint = Callable[[str | bytes], tuple[int, str, float]]

HEAD = "name: n\ngroups:\n  - id: g\n    principles:\n"
ONE = HEAD + "      - id: p\n        rule: Do it.\n"
CASE = ONE + "        violates: [{prompt: x, response: He lives here.}]\n"
LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{now}: &{now} [*{before}, *{before}, *{before}, *{before}]\n"
    for before, now in zip("abcdefghijklm", "bcdefghijklmn", strict=True)
)


def _principles(count: int) -> str:
    return HEAD + "".join(f"      - {{id: p{number}, rule: Do it {number}.}}\n" for number in range(count))


MALFORMED: dict[str, tuple[str | bytes, str, str]] = {
    # what no strict YAML holds
    "empty": ("", "1:1", "empty"),
    "only white space": (" \n\n", "1:1", "empty"),
    "only a comment": ("# later\n", "1:1", "empty"),
    "alias bomb": (LAUGHS + ONE, "1:4", "anchors"),
    "alias bomb in flow": ("a: [&a [x, x], &b [*a, *a], [*b, *b]]\n", "1:5", "anchors"),
    "anchor on a rule": (ONE.replace("rule: Do", "rule: &r Do"), "6:15", "anchors"),
    "alias to nothing": (ONE + "        why: *r\n", "7:14", "aliases"),
    "alias as a key": (ONE + "        *r : x\n", "7:9", "aliases"),
    "merge key": (ONE + "        <<: {why: x}\n", "7:9", "merge keys"),
    "merge key in quotes": (ONE + '        "<<": {why: x}\n', "7:9", "merge keys"),
    "text tag": (ONE.replace("rule: Do", "rule: !!str Do"), "6:15", "tags"),
    "own tag": (ONE.replace("rule: Do", "rule: !include Do"), "6:15", "tags"),
    "tag that builds an object": ("!!python/object/apply:os.system [ls]\n", "1:1", "tags"),
    "tag that builds an object below": (ONE + "        why: !!python/name:os.system\n", "7:14", "tags"),
    "tag on the whole": ("!!map\n" + ONE, "1:1", "tags"),
    "YAML directive": ("%YAML 1.1\n---\n" + ONE, "1:1", "directives"),
    "TAG directive": ("%TAG ! tag:example.org,2000:\n---\n" + ONE, "1:1", "directives"),
    "two documents": (ONE + "---\n" + ONE, "7:1", "second document"),
    "two documents after dots": (ONE + "...\n---\nname: m\n", "8:1", "second document"),
    "31 levels": (ONE + "        extra: {a: " + "[" * 26 + "]" * 26 + "}\n", "7:44", "30 levels"),
    "500 levels": (ONE + "        extra: {a: " + "[" * 500 + "]" * 500 + "}\n", "7:44", "30 levels"),
    "500 levels of keys": ("{a: " * 500 + "}" * 500, "1:121", "30 levels"),
    "levels that do not end": ("[" * 400_000, "1:31", "30 levels"),
    "dashes that do not end": ("- " * 200_000, "1:61", "30 levels"),
    "more than a megabyte": (ONE + "# " + "x" * 1_000_000 + "\n", "1:1", "more than the 1000000 allowed"),
    "key twice": (ONE + "        rule: Do that.\n", "7:9", "written twice, first in line 6"),
    "key twice at the top": (ONE + "name: m\n", "7:1", "written twice, first in line 1"),
    "key twice in other quotes": (ONE + '        "rule": Do that.\n', "7:9", "written twice"),
    "bare null": (ONE + "        why: null\n", "7:14", "nothing or a word"),
    "bare tilde": (ONE + "        owner: ~\n", "7:16", "nothing or a word"),
    "list as a key": (ONE + "        ? [a, b]\n        : x\n", "7:11", "a key must be text"),
    "key of nothing": (ONE + "        ?\n        : x\n", "7:10", "a key must be text"),
    "no key before a colon": (ONE + "        : x\n", "7:9", "not YAML"),
    "UTF-16": (ONE.encode("utf-16"), "1:1", "not UTF-8"),
    "Latin-1": (ONE.replace("Do it", "Tu é").encode("latin-1"), "6:18", "not UTF-8"),
    "half a character": (ONE.encode() + b"        why: \xf0\x9f\n", "7:14", "not UTF-8"),
    "byte order mark inside": (ONE + "        why: x\ufeffy\n", "7:15", "U+FEFF"),
    "only a byte order mark": ("\ufeff", "1:1", "empty"),
    "tab as indentation": (ONE + "\t\twhy: x\n", "7:1", "not YAML"),
    "NUL": (ONE + "        why: x\0y\n", "7:15", "U+0000"),
    "escape character": (ONE + "        why: \x1b[31mred\n", "7:14", "U+001B"),
    "bell by escape": (ONE + '        why: "\\a"\n', "7:14", "U+0007"),
    "surrogate by escape": (ONE + '        why: "\\ud800"\n', "7:17", "not YAML"),
    "unknown escape": (ONE + '        why: "\\q"\n', "7:15", "not YAML"),
    "line separator": (ONE + "        why: x\u2028y\n", "7:15", "U+2028"),
    "quotes that do not end": (ONE + '        why: "because\n', "7:14", "not YAML"),
    "single quotes that do not end": (ONE + "        why: 'because\n", "7:14", "not YAML"),
    "apostrophe begins a text": (ONE + "        why: 'tis so\n", "7:14", "not YAML"),
    "bracket that does not end": (ONE + "        tags: [a, b\n", "8:1", "not YAML"),
    "colon in a plain text": (ONE + "        why: note: this\n", "7:18", "not YAML"),
    "field too far to the left": (ONE + "      why: x\n", "7:7", "not YAML"),
    "field too far to the right": (ONE + "          why: x\n", "7:14", "not YAML"),
    "at sign": (ONE + "        owner: @safety\n", "7:16", "not YAML"),
    "very long key": (ONE + "        " + "k" * 200_000 + ": x\n", "7:9", "not YAML"),
    "key as long as keys may be": (ONE + "        " + "k" * 1_000 + ": x\n", "7:9", "unknown field"),
    "JSON with a comma too many": ('{"name": "n",, "groups": []}', "1:14", "not YAML"),
    # what does not fit
    "a list at the top": ("- name: n\n", "1:1", "must be fields (key: value), not a list"),
    "a text at the top": ("Do not lie.\n", "1:1", "must be fields (key: value), not 'Do not lie.'"),
    "no name": (ONE.replace("name: n\n", ""), "1:1", "lacks the field 'name'"),
    "no groups": ("name: n\n", "1:1", "lacks the field 'groups'"),
    "empty groups": ("name: n\ngroups: []\n", "2:9", "must have 1 or more items"),
    "groups left empty": ("name: n\ngroups:\n", "2:8", "must be a list, not empty"),
    "groups as fields": ("name: n\ngroups: {g: {}}\n", "2:9", "must be a list, not fields"),
    "groups as text": ("name: n\ngroups: many\n", "2:9", "must be a list, not 'many'"),
    "group as text": ("name: n\ngroups: [privacy]\n", "2:10", "must be fields (key: value), not 'privacy'"),
    "group without principles": ("name: n\ngroups:\n  - id: g\n", "3:5", "lacks the field 'principles'"),
    "group of none": ("name: n\ngroups: [{id: g, principles: []}]\n", "2:30", "must have 1 or more items"),
    "nine in a group": (_principles(9), "5:7", "must have 8 items at most"),
    "principle as text": (HEAD + "      - Do it.\n", "5:9", "must be fields (key: value), not 'Do it.'"),
    "principle as a list": (HEAD + "      - [a]\n", "5:9", "must be fields (key: value), not a list"),
    "no id": (HEAD + "      - rule: Do it.\n", "5:9", "lacks the field 'id'"),
    "id left empty": (ONE.replace("id: p", "id:"), "5:12", "must be text, not empty"),
    "id with a space": (ONE.replace("id: p", "id: my rule"), "5:13", "must be 1 to 64 lower-case letters"),
    "id in capitals": (ONE.replace("id: p", "id: Privacy"), "5:13", "must be 1 to 64 lower-case letters"),
    "id too long": (ONE.replace("id: p", "id: " + "p" * 65), "5:13", "must be 1 to 64 lower-case letters"),
    "id that leads out": (ONE.replace("id: p", "id: ../p"), "5:13", "must be 1 to 64 lower-case letters"),
    "ids twice": (ONE + "      - {id: p, rule: Do that.}\n", "7:14", "another principle has the id 'p' already"),
    "ids twice over groups": (ONE + "  - {id: h, principles: [{id: p, rule: x}]}\n", "7:31", "another principle"),
    "group ids twice": (ONE + "  - {id: g, principles: [{id: q, rule: x}]}\n", "7:10", "another group has the id 'g'"),
    "nothing said": (HEAD + "      - id: p\n", "5:9", "needs rule, or critique_request with revision_request"),
    "half said": (HEAD + "      - {id: p, critique_request: x}\n", "5:9", "needs rule, or critique_request with"),
    "rule left empty": (HEAD + "      - {id: p, rule: }\n", "5:9", "needs rule"),
    "rule of blanks": (ONE.replace("Do it.", '"  "'), "6:15", "must not be empty"),
    "rule as a list": (ONE.replace("Do it.", "[Do it.]"), "6:15", "must be text, not a list"),
    "rule as fields": (ONE.replace("Do it.", "{do: it}"), "6:15", "must be text, not fields"),
    "rule of 4001 characters": (ONE.replace("Do it.", "x" * 4_001), "6:15", "4000 characters at most"),
    "one huge line": (ONE.replace("Do it.", "x" * 900_000), "6:15", "4000 characters at most"),
    "many folded lines": (ONE.replace("Do it.", ">-\n" + "          word\n" * 50_000), "6:15", "4000 characters"),
    "tier of no kind": (ONE + "        tier: always\n", "7:15", "must be 'never', 'must' or 'should', not 'always'"),
    "tier that is no": (ONE + "        tier: no\n", "7:15", "must be 'never', 'must' or 'should', not 'no'"),
    "tier as a number": (ONE + "        tier: 1e3\n", "7:15", "must be 'never', 'must' or 'should', not '1e3'"),
    "version 1.10": ("version: 1.10\n" + ONE, "1:10", "three numbers with dots"),
    "version 1e3": ("version: 1e3\n" + ONE, "1:10", "three numbers with dots"),
    "version with zeros": ("version: 01.2.0\n" + ONE, "1:10", "three numbers with dots"),
    "version as a list": ("version: [1, 2, 0]\n" + ONE, "1:10", "must be text, not a list"),
    "unknown field near a known one": (ONE + "        rational: x\n", "7:9", "unknown field"),
    "field misspelt": (ONE + "        exeptions: [x]\n", "7:9", "did you mean 'exceptions'?"),
    "field misspelt at the top": ("titel: x\n" + ONE, "1:1", "did you mean 'title'?"),
    "field misspelt in a case": (CASE.replace("response", "respons"), "7:32", "did you mean 'response'?"),
    "exceptions as text": (ONE + "        exceptions: none\n", "7:21", "must be a list, not 'none'"),
    "tags with spaces": (ONE + "        tags: [private life]\n", "7:16", "must be 1 to 64 lower-case letters"),
    "intent of no kind": (ONE + "        applies_when: {intents: [evil]}\n", "7:34", "must be 'benign'"),
    "scope as text": (ONE + "        applies_when: always\n", "7:23", "must be fields (key: value), not 'always'"),
    "case as text": (ONE + "        violates: [He lives here.]\n", "7:20", "must be fields (key: value)"),
    "cases as text": (ONE + "        violates: He lives here.\n", "7:19", "must be a list"),
    "case without a response": (ONE + "        violates: [{prompt: x}]\n", "7:20", "lacks the field 'response'"),
    "quote that is not there": (CASE.replace("here.}", "here., quote: there}"), "7:65", "not in the case's response"),
    "message without a role": (ONE + "        violates: [{prompt: [{content: x}], response: y}]\n", "7:30", "'role'"),
    "rules of two kinds": (ONE + "        rules: [{forbid: [x], max_words: 3}]\n", "7:17", "exactly one of"),
    "limit that is no whole number": (ONE + "        rules: [{max_words: 1.5}]\n", "7:29", "a whole number, not '1.5'"),
    "limit below one": (ONE + "        rules: [{max_words: 0}]\n", "7:29", "must be 1 or more"),
    "allowed without a reason": (ONE + "        allow: [{code: W101}]\n", "7:17", "lacks the field 'because'"),
    "extra as text": (ONE + "        extra: x\n", "7:16", "must be fields (key: value)"),
}
assert len(MALFORMED) >= 60


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lint:
    """Lints a file in this process; exit code, standard output and the processor's seconds come back."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(ONE, encoding="utf-8")
    assert main(["principles", "lint", "good.yaml"]) == 0  # so that loading the modules is not measured
    capsys.readouterr()

    def linted(text: str | bytes) -> tuple[int, str, float]:
        (tmp_path / "f.yaml").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        began = time.process_time()
        code = main(["principles", "lint", "f.yaml"])
        took = time.process_time() - began
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        assert "bug" not in told.err
        return code, told.out, took

    return linted


@pytest.mark.parametrize(("text", "place", "what"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_file_is_told_with_its_line(text: str | bytes, place: str, what: str, lint: Lint) -> None:
    code, out, took = lint(text)

    problems = re.split(r"\n(?=\S)", out.rstrip("\n"))
    assert code == 1
    assert all(re.match(r"f\.yaml:[1-9]\d*:[1-9]\d*: (error|warning) ", problem) for problem in problems)
    assert any(problem.startswith(f"f.yaml:{place}: error") and what in problem for problem in problems), out
    assert took < 2


def test_the_same_is_told_as_json_and_by_a_run(tmp_path: Path, lint: Lint, capsys: pytest.CaptureFixture[str]) -> None:
    lint(MALFORMED["ids twice"][0])

    assert main(["principles", "lint", "f.yaml", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["data"]["problems"][0]["place"] == "f.yaml:7:14"
    (tmp_path / "prompts.jsonl").write_text('{"prompt": "x"}\n', encoding="utf-8")
    assert main(["plan", "--prompts", "prompts.jsonl", "--principles", "./f.yaml"]) == 2
    assert "f.yaml:7:14: " in capsys.readouterr().err


LOOK_ALIKES = {
    "a title that is no": ONE + "        title: no\n",
    "a title that is a number": ONE + "        title: 1.10\n",
    "a title in powers": ONE + "        title: 1e3\n",
    "the word null in quotes": ONE + '        title: "null"\n',
    "a tilde in a text": ONE + "        title: ~ten\n",
    "an id of digits": ONE.replace("id: p", "id: 0x1f"),
    "an id that is yes": ONE.replace("id: p", "id: yes"),
    "a language that is no": "language: no\n" + ONE,
    "a version in three parts": "version: 1.10.0\n" + ONE,
    "a reason left empty": ONE + "        why:\n",
    "a date as a text": ONE + "        source: 2024-01-01\n",
    "twelve thirty": ONE + "        owner: 12:30\n",
    "a byte order mark": "\ufeff" + ONE,
    "Windows lines": ONE.replace("\n", "\r\n"),
    "one document with markers": "---\n" + ONE + "...\n",
    "emoji and other scripts": ONE.replace("Do it.", "不要说谎。 Nicht lügen. 🙂"),
    "an ampersand in a text": ONE + "        why: A & B *and* !important\n",
    "two less-than signs as a value": ONE + "        title: <<\n",
    "JSON": json.dumps({"name": "n", "groups": [{"id": "g", "principles": [{"id": "p", "rule": "Do it."}]}]}),
    "eight in a group": _principles(8),
    "29 levels": ONE + "        extra: {a: " + "[" * 20 + "x" + "]" * 20 + "}\n",
    "a rule of 4000 characters": ONE.replace("Do it.", "word " * 799 + "word."),
    "only a question": HEAD + "      - {id: p, preference_question: Which is kinder?}\n",
}


@pytest.mark.parametrize("text", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_what_only_looks_malformed_is_taken(text: str, lint: Lint) -> None:
    code, out, took = lint(text)

    assert (code, ": error" in out) == (0, False), out
    assert took < 2
