"""What people are shown: safe text, word diffs, the funnel, one prompt explained, progress."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.api.worddiff import MOST, Segment, plain_diff, word_diff
from constitution.cli.fates import reasons
from constitution.cli.funnel import Funnel
from constitution.cli.marking import diff_text, marked
from constitution.cli.pairview import explained, tried
from constitution.cli.progress import line, watching
from constitution.cli.steps import REVISE, Steps
from constitution.cli.tables import funnel_parts, money, pair_list, reason_lines
from constitution.cli.terminal import coloured, one_line, rendered, safe, short, write
from constitution.core.asking import drive
from constitution.core.trail import Fault, Trail
from constitution.dataset.calls import Call
from constitution.engine.progress import Progress
from tests.scenes import CALM, REVISION, Cast, brief, prompt, whole

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"]
BIDI = [chr(code) for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))]
LOUD = "Bread rises BECAUSE OF YEAST! Knead it for ten minutes and wait an hour."
HIDDEN = ["\u200b", "\u2028", "\u2029", "\ufeff", "\U000e0041", "\ud800"]


def paired_trail(text: str = "Why does bread rise?") -> Trail:
    """A trail that earned its pair, by way of the real stages."""
    return drive(whole(brief())(Trail.start(prompt(text, intent="benign"))), Cast(author=lambda request: LOUD))


def clean_trail() -> Trail:
    """A trail in which nothing is broken."""
    return drive(whole(brief())(Trail.start(prompt("How long do I knead?"))), Cast(author=lambda request: REVISION))


def page(trail: Trail, *, colour: bool = False) -> str:
    """The whole story of a trail as it is printed."""
    told = {principle.id: principle for principle in brief().constitution.principles}
    return rendered(*explained(trail, told, title="pair 1", colour=colour), colour=colour)


@pytest.mark.parametrize("character", [*CONTROLS, *BIDI, *HIDDEN])
def test_no_control_or_direction_mark_reaches_the_terminal(character: str) -> None:
    shown = safe(f"a{character}b")

    assert character not in shown
    assert shown.isascii()
    assert shown.startswith("a\\")
    assert shown.endswith("b")


@given(st.text())
def test_safe_text_is_safe_already(text: str) -> None:
    assert safe(safe(text)) == safe(text)
    assert "\n" not in one_line(text)


def test_an_order_to_the_terminal_is_shown_and_not_obeyed() -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\x1b]8;;https://example.org\x1b\\link"

    shown = rendered(marked(evil, [(0, 4)]), diff_text(evil, evil + "\x1b[0m", colour=True), colour=False)

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
    assert "\\x1b]0;own" in shown


def test_ordinary_text_of_any_script_is_left_alone() -> None:
    text = "Grüße, 你好, שלום, नमस्ते, 👩‍👩‍👧!\n\tnext"

    assert safe(text) == text


def test_square_brackets_are_no_markup() -> None:
    trail = paired_trail("Is [bold red]this[/] shown? :smile:")

    assert "[bold red]this[/] shown? :smile:" in page(trail)


def test_a_short_text_is_cut_at_its_length() -> None:
    assert short("one\ntwo  three", 9) == "one two…"
    assert short("one\ntwo", 9) == "one two"


words = st.lists(st.sampled_from(["a", "bb", " ", "\n", ".", "é", "\u202e", "x y", "  "]), max_size=40).map("".join)


@given(words | st.text(), words | st.text())
def test_a_diff_gives_both_texts_back(before: str, after: str) -> None:
    diff = word_diff(before, after)

    assert (diff.before, diff.after) == (before, after)
    assert all(segment.text for segment in diff.segments)
    changes = [segment.change for segment in diff.segments]
    assert all(one != other for one, other in pairwise(changes))


@given(words)
def test_equal_texts_have_no_difference(text: str) -> None:
    assert all(segment.change == "same" for segment in word_diff(text, text).segments)


def test_what_went_stands_before_what_came() -> None:
    assert plain_diff("He is sure of it.", "He seems fairly sure.") == "He [-is-]{+seems fairly+} sure[- of it-]."


def test_chance_words_do_not_chop_a_rewritten_sentence() -> None:
    changed = word_diff("You must always buy this stock now", "Few experts would call a purchase wise").segments

    assert [segment.change for segment in changed] == ["gone", "new"]


def test_ten_thousand_tokens_are_compared_in_no_time() -> None:
    before = " ".join("abcdefgh"[n * n % 8] for n in range(5000))
    after = " ".join("hgfedcba"[n % 7] for n in range(5000))
    word_diff("warm", "up")

    start = time.process_time()
    diff = word_diff(before, after)

    assert time.process_time() - start < 0.2
    assert (diff.before, diff.after) == (before, after)


def test_texts_too_long_for_words_are_compared_by_lines_and_it_is_said() -> None:
    before = "one two three\n" * MOST
    after = before.replace("two", "2", 1)

    assert word_diff(before[:-14], "one\n" + before[:-14]).segments[0] == Segment("new", "one\n")
    assert word_diff(before, after).unit == "lines"
    assert word_diff(before + "x\n", after).unit == "all"
    assert "compared by lines" in diff_text(before, after, colour=False).plain


def test_without_colour_a_diff_is_marked_by_signs_and_with_colour_by_style() -> None:
    without = rendered(diff_text("so loud", "so quiet", colour=False), colour=False)
    coloured_page = rendered(diff_text("so loud", "so quiet", colour=True), colour=True)

    assert without == "so [-loud-]{+quiet+}\n"
    assert coloured_page == "so \x1b[9;31mloud\x1b[0m\x1b[4;32mquiet\x1b[0m\n"


def test_quotes_that_touch_are_marked_as_one() -> None:
    assert marked("abcdef", [(0, 2), (2, 3), (4, 9), (3, 3), (5, 5)]).plain == "«abc»d«ef»"


def test_a_pair_is_explained_from_prompt_to_label() -> None:
    shown = page(paired_trail())

    for expected in (
        "Why does bread rise?",
        "Bread rises «BECAUSE OF YEAST!» Knead it",
        "no-shouting  tier must",
        "Do not shout.",
        "why: It frightens people.",
        "violates (serious)  no-shouting",
        "quote: «BECAUSE OF YEAST!»",
        "[-BECAUSE OF YEAST!-]{+because of yeast.+}",
        "draft shown first",
        "revision shown first",
        "keeps the principle better: revision; helps more: tie",
        "synthetic ",
        "s6  judge",
        "earned",
    ):
        assert expected in shown
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_colours_appear_where_they_are_asked_for() -> None:
    shown = page(paired_trail(), colour=True)

    assert "\x1b[9;31mBECAUSE OF YEAST!\x1b[0m\x1b[4;32mbecause of yeast.\x1b[0m" in shown


def test_words_of_another_version_of_a_principle_are_not_shown() -> None:
    trail = paired_trail()
    edited = CALM.but(rule="Do not whisper.")

    shown = rendered(*explained(trail, {edited.id: edited}, title="x", colour=False), colour=False)

    assert "whisper" not in shown
    assert "its words are not in this folder" in shown


def test_a_prompt_without_a_pair_is_explained_with_its_reason() -> None:
    failed = Trail.start(prompt("Hello?")).plus(faults=(Fault(kind="transient", reason="\x1b[31mbusy", stage="draft"),))

    assert "complies  no-shouting" in page(clean_trail())
    assert "draft, transient: \\x1b[31mbusy" in page(failed.ends("fault:transient", "gave up"))
    assert "nothing was asked" in page(failed.ends("fault:transient", "gave up"))


def test_a_conversation_shows_who_speaks() -> None:
    trail = Trail.start(prompt("Hi")).but(prompt=clean_trail().prompt.but(messages=(
        *prompt("Hi").messages, prompt("Ho").messages[0].but(role="assistant"), *prompt("Ha").messages)))  # fmt: skip

    assert re.search("user: Hi\n +assistant: Ho\n +user: Ha\n", page(trail.ends("empty", "no words")))


def test_try_shows_the_verdict_on_a_draft_that_keeps_the_principle() -> None:
    shown = rendered(*tried(clean_trail(), title="1 of 1", colour=False), colour=False)

    assert "complies  no-shouting" in shown
    assert "steps" not in shown


def calls_of(trail: Trail, model: str = "simulator:plain", tokens: int | None = 10) -> list[Call]:
    """One call for each step."""
    return [
        Call(prompt_id=trail.prompt.id, step=step.id, request=str(step.request), model=model,
             input_tokens=tokens, output_tokens=tokens)
        for step in trail.steps
    ]  # fmt: skip


def test_the_funnel_adds_up_and_says_what_a_pair_took() -> None:
    trails = [paired_trail(), clean_trail(), paired_trail("Why?").ends("screened:length_ratio", "too long")]
    calls = [call for trail in trails for call in calls_of(trail)]

    funnel = Funnel.of(trails, calls)
    shown = rendered(*funnel_parts(funnel), colour=False)

    assert sum(funnel.fates.values()) == funnel.prompts == 3
    assert list(funnel.fates) == ["paired", "no_violation", "screened:length_ratio"]
    assert list(funnel.left) == [step for step in Steps.of(REVISE).names if step != "not ruled out"]
    assert list(funnel.left.values()) == [3, 3, 2, 2, 2, 2, 1]
    assert (funnel.calls_of_pair, funnel.calls_of_clean) == (6, 2)
    assert funnel.calls == 14
    assert "3 prompts → 1 paired (33%)" in shown
    assert "per accepted pair 14.0 calls, 280 tokens, cost 0 (simulator)" in shown
    assert "6.0 for a pair, 2.0 for a clean answer" in shown


def test_a_reply_that_serves_twice_is_counted_once() -> None:
    trail = paired_trail()

    assert Funnel.of([trail, trail], calls_of(trail) * 2).tokens == {"input": 60, "output": 60}


def test_what_is_not_known_is_called_unknown() -> None:
    trail = paired_trail()
    funnel = Funnel.of([trail], calls_of(trail, "nobody:knows", None))

    assert (funnel.tokens, funnel.cost) == (None, None)
    assert "unknown tokens, cost unknown" in rendered(*funnel_parts(funnel), colour=False)


def test_a_funnel_without_pairs_or_prompts_is_no_error() -> None:
    nothing = Funnel.of([], [])

    assert "0 prompts → 0 paired" in rendered(*funnel_parts(nothing), colour=False)
    assert "per accepted pair" not in rendered(*funnel_parts(Funnel.of([clean_trail()], [])), colour=False)
    assert nothing.data()["calls_per_pair"] is None
    assert not nothing.programs


def test_money_is_never_guessed() -> None:
    assert money(None, free=False) == "unknown"
    assert money(0.0, free=True) == "0 (simulator)"
    assert money(0.0, free=False) == "0"
    assert (money(12.345, free=False), money(0.01234, free=False)) == ("$12.35", "$0.0123")


def test_pairs_are_listed_with_the_numbers_that_show_takes() -> None:
    listed = rendered(pair_list([paired_trail("First?"), paired_trail("Second?")], 1), colour=False)

    assert "First?" in listed
    assert "Second?" not in listed


def test_progress_is_one_line() -> None:
    progress = Progress(prompts=9, done=3, fates=Counter(paired=1, no_violation=2), asked=7, in_flight=4, waiting=1)

    expected = "3/9 prompts · 2 no_violation · 1 paired · asked 7 · reused 0 · in flight 4 · waiting to try again 1"
    assert line(progress) == expected


def test_progress_says_that_it_stops_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(quiet=False) as watch:
        assert watch is not None
        for _ in range(3):
            watch(Progress(prompts=1, in_flight=2, stopping="Ctrl-C"))

    told = capsys.readouterr().err
    assert told.count("stopping once the calls in flight have ended; again to give them up") == 1


def test_reasons_are_counted_and_the_commonest_come_first() -> None:
    trail = clean_trail()
    trails = [trail.ends("undecided", why) for why in ("b", "a", "a", "c", "d")] + [paired_trail()]

    assert reasons(trails) == {"undecided": [("a", 2), ("b", 1), ("c", 1)]}
    assert reason_lines(reasons(trails, 1)) == ["undecided 2: a"]


def test_on_a_terminal_colours_come_unless_forced_off(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for forced, expected in (("", True), ("0", False), ("false", False), ("1", True)):
        monkeypatch.setenv("FORCE_COLOR", forced)
        assert coloured(Terminal()) is expected


def test_progress_off_a_terminal_waits_between_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(quiet=False) as watch, watching(quiet=True) as silent:
        assert silent is None
        assert watch is not None
        watch(Progress(prompts=1))

    assert capsys.readouterr().err == ""


def test_colour_is_asked_for_or_left_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    plain = io.StringIO()

    assert not coloured(plain)
    assert coloured(plain, True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert coloured(plain)
    assert not coloured(plain, False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured(plain)


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    program = "from constitution.cli.terminal import sys, write\nfor _ in range(9): write(sys.stdout, 'x' * 99999)"
    shell = f'{sys.executable} -c "{program}" | head -c 1'
    ended = subprocess.run(["bash", "-o", "pipefail", "-c", shell], capture_output=True, text=True, cwd=tmp_path)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "x", "")


def test_text_is_written_whole() -> None:
    sheet = io.StringIO()
    write(sheet, "a\nb")

    assert sheet.getvalue() == "a\nb"
