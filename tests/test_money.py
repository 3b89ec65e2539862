"""Money: prices and where they come from, caps that hold, what a plan foretells, and what a pair took."""

from __future__ import annotations

import asyncio
import json
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.api import Order, TrialOrder, load_run, plan, run
from constitution.api.impact.whole import ImpactOrder
from constitution.api.pricing import hold_to_cap, prices_of
from constitution.api.release.orders import ReleaseOrder
from constitution.api.trial.holding import hold_trials
from constitution.cli import main
from constitution.cli.funnel import Counting, Funnel
from constitution.cli.going_on import going_on
from constitution.cli.steps import REVISE, Steps
from constitution.cli.tables import funnel_parts, money, span
from constitution.cli.terminal import rendered
from constitution.core.asking import Reply, Request, Usage, drive
from constitution.core.records import Message
from constitution.core.trail import Trail
from constitution.dataset.calls import Call
from constitution.engine.bill import Bill
from constitution.engine.budget import Budget, most_tokens_in, tokens_in
from constitution.engine.prices import NOTHING, OLD, Price, Prices, Rate, dated, dollars, newest
from constitution.errors import BadFile, BrokenBody, CallFailed, Capped, Mistake, Quarantined, Transient
from constitution.ledger import read_ledger
from constitution.providers.endpoints import read_settings
from constitution.providers.simulator.serving import behaviour, serving
from constitution.shelf import Shelf
from tests.endpoints_here import Answer, Asked, chat, counts, forget, hashes, here, settings, write_rows
from tests.scenes import DRAFT, Cast, brief, prompt, whole

MODEL = "local:plain"
PRICE = f'[prices."{MODEL}"]\ninput = 10.0\noutput = 20.0\n'
READ, WRITTEN = Decimal(10), Decimal(20)
GIVEN = Price((Rate(READ, WRITTEN),))
MANY = 256
EXAMPLES = Path(__file__).parent.parent / "examples" / "prompts.jsonl"


def question(letters: int = 4_000, most: int = 100, model: str = MODEL) -> Request:
    """A question of so many letters, with an answer of so many tokens at most."""
    return Request(model=model, messages=(Message(role="user", content="x" * letters),), max_tokens=most)


def budget(**caps: float) -> Budget:
    """A budget at those prices: a question of the default size may cost 4.216 cents."""
    calls = caps.pop("max_calls", None)
    return Budget(Prices(given={MODEL: GIVEN}), max_calls=None if calls is None else int(calls), **caps)


def cost_of(model: str, *used: Usage | None, prices: Prices | None = None) -> float | None:
    """US dollars for these replies."""
    bill = Bill(prices)
    for each in used:
        bill.add(model, each)
    return bill.cost


# Prices


def test_a_price_in_the_settings_comes_before_the_table(tmp_path: Path) -> None:
    (tmp_path / "constitution.toml").write_text('[prices."openai:gpt-4o"]\ninput = 1\noutput = 2.5\n')
    prices = prices_of(read_settings(tmp_path / "constitution.toml"))

    assert cost_of("openai:gpt-4o", Usage(input=1_000_000, output=2_000_000), prices=prices) == 6.0
    assert prices.sources(["openai:gpt-4o"]) == ("constitution.toml",)


def test_the_table_knows_the_models_of_our_providers_and_says_its_date() -> None:
    prices = Prices()
    found = prices.of("anthropic:claude-sonnet-4-5")

    assert found is not None
    long, short = found.of(Usage(input=1_000_000)), found.of(Usage(input=100_000))
    assert long > short * 10  # a long prompt is dearer from its first token on
    (source,) = prices.sources(["anthropic:claude-sonnet-4-5", "simulator:plain"])
    assert source == dated()
    assert source.startswith("genai-prices 0.")
    assert "newest price of 20" in source


def test_a_table_that_is_old_says_how_old() -> None:
    day = newest()

    assert day is not None
    assert "days old" not in dated(day)
    assert dated(date.fromordinal(day.toordinal() + OLD + 1)).endswith(f"newest price of {day}, {OLD + 1} days old")


def test_many_calls_cost_the_sum_of_what_each_costs_and_not_what_all_their_tokens_would() -> None:
    long = Prices(given={MODEL: Price((Rate(Decimal(1), Decimal(2)), Rate(Decimal(3), Decimal(4), 200_000)))})
    calls = [Usage(input=150_000, output=10)] * 2

    assert cost_of(MODEL, *calls, prices=long) == pytest.approx(0.30004)
    assert cost_of(MODEL, Usage(input=300_000, output=20), prices=long) == pytest.approx(0.90008)


def test_cached_input_costs_what_the_table_says_of_it_and_the_full_price_where_nobody_says(tmp_path: Path) -> None:
    file = tmp_path / "constitution.toml"
    file.write_text(f'{PRICE}[prices."local:kept"]\ninput = 10\noutput = 20\ncached_input = 0.5\n')
    prices = prices_of(read_settings(file))
    used = Usage(input=1_000_000, cached=800_000)
    known = Prices().of("anthropic:claude-sonnet-4-5")

    assert cost_of(MODEL, used, prices=prices) == 10.0
    assert cost_of("local:kept", used, prices=prices) == pytest.approx(2.4)
    assert cost_of("local:kept", Usage(input=1_000_000, cached=2_000_000), prices=prices) == pytest.approx(0.5)
    assert known is not None
    assert known.of(Usage(input=100_000, cached=100_000)) * 10 == known.of(Usage(input=100_000))


def test_what_a_call_costs_besides_its_tokens_is_in_its_price_and_kept_back_for_it() -> None:
    price = Prices(addresses={"search": "https://api.perplexity.ai"}).of("search:sonar")

    assert price is not None
    assert price.of(Usage(input=1_000, output=1_000)) == Decimal("0.014")
    assert price.most(1_000, 1_000) == Decimal("0.014")
    assert price.of(Usage()) == Decimal("0.012")


def test_a_price_that_has_its_hours_is_the_one_of_the_hour() -> None:
    prices = Prices(addresses={"deep": "https://api.deepseek.com"})
    dear, cheap = (prices.of("deep:deepseek-v4-pro", datetime(2026, 11, 21, hour, tzinfo=UTC)) for hour in (3, 12))

    assert dear is not None
    assert cheap is not None
    assert dear.of(Usage(input=1_000)) == 2 * cheap.of(Usage(input=1_000)) > 0
    assert prices.of("deep:deepseek-v4-pro") in (dear, cheap)


def test_a_bill_keeps_cached_tokens_apart_and_the_usage_as_it_always_was() -> None:
    bill = Bill(Prices(given={MODEL: GIVEN}))
    bill.add(MODEL, Usage(input=10, output=2, cached=4))
    bill.add(MODEL, Usage(input=1))

    assert bill.tokens == {(MODEL, "input"): 11, (MODEL, "output"): 2, (MODEL, "cached"): 4}
    assert bill.weight == {"input": 11, "output": 2}


def test_one_unknown_makes_the_sum_unknown_and_says_why() -> None:
    bill = Bill(Prices(given={MODEL: GIVEN}))
    bill.add(MODEL, Usage(input=1_000_000))
    bill.add("simulator:plain", None)

    assert (bill.cost, bill.unknown, bill.counted) == (10.0, "", False)
    bill.add("nobody:knows", Usage(input=1))
    assert (bill.cost, bill.costs["nobody:knows"], bill.costs[MODEL]) == (None, None, 10.0)
    assert bill.unknown == 'give prices in constitution.toml: [prices."nobody:knows"], each with input and output'
    bill.add(MODEL, None)
    assert bill.costs[MODEL] is None
    assert bill.unknown.endswith(f"nobody counted the tokens of {MODEL}")


@pytest.mark.parametrize("model", ["openai:no-such-model", "local:plain", "groq:gpt-4o", "nobody:knows", "gpt-4o"])
def test_a_price_that_nobody_knows_is_unknown_and_never_nothing(model: str) -> None:
    assert Prices(addresses={"local": "http://127.0.0.1:8000/v1"}).of(model) is None
    assert cost_of(model, Usage(input=5)) is None
    assert money(None, free=False) == "unknown"


def test_an_endpoint_is_looked_up_by_its_address_and_not_by_the_name_that_somebody_gave_it() -> None:
    named = {"groq": "http://127.0.0.1:8000/v1", "mine": "https://api.openai.com/v1"}

    assert Prices(addresses=named).of("groq:llama-3.3-70b-versatile") is None
    assert Prices(addresses=named).of("mine:gpt-4o") == Prices().of("openai:gpt-4o")


def test_what_costs_something_never_reads_as_nothing() -> None:
    assert (dollars(0.00002), dollars(0.0001), dollars(1234.5)) == ("under $0.0001", "$0.0001", "$1,234.50")


@pytest.mark.parametrize("model", ["simulator:plain", "scripted:any", "transformers:/models/tiny@abc"])
def test_programs_of_ours_and_this_machine_cost_nothing(model: str) -> None:
    assert Prices().of(model) == NOTHING
    assert cost_of(model, Usage(output=10**9), None) == 0.0
    assert money(0.0, free=True) == "0 (simulator)"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[prices."m:n"]\ninput = -1\noutput = 2', "3: prices.m:n.input"),
        ('[prices."m:n"]\noutput = 2\ninput = nan', "4: prices.m:n.input"),
        ('[prices."m:n"]\ninput = 1\noutput = inf', "4: prices.m:n.output"),
        ('[prices."m:n"]\ninput = "3"\noutput = 2', "3: prices.m:n.input"),
        ('[prices."m:n"]\ninput = true\noutput = 2', "3: prices.m:n.input"),
        ('[prices."m:n"]\ninput = 3', "2: prices.m:n.output"),
        ('[prices."m:n"]\ninput = 3\noutput = 2\ncached = 1', "5: prices.m:n.cached"),
        ('[prices."m:n"]\ninput = 3\noutput = 2\ncached_input = -1', "5: prices.m:n.cached_input"),
        ('[prices."n"]\ninput = 3\noutput = 2', "2: prices.n"),
        ("prices = 3", "prices"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "constitution.toml"
    file.write_text(f"# what things cost\n{text}\n")

    with pytest.raises(BadFile) as caught:
        read_settings(file)

    assert told in str(caught.value)
    assert '[prices."provider:model"]' in caught.value.remedy


# The budget


@given(st.text(max_size=200), st.booleans())
def test_no_tokenizer_makes_more_tokens_of_a_question_than_are_kept_back_for_it(text: str, form: bool) -> None:
    schema = {"type": "object", "title": text} if form else None
    asked = Request(model=MODEL, messages=(Message(role="user", content=text),), json_schema=schema)
    worst = len(text.encode("utf-8", "surrogatepass")) * (2 if form else 1)  # a token a byte, in what is sent

    assert most_tokens_in(asked) >= worst
    assert most_tokens_in(asked) >= tokens_in(asked)


def test_a_form_is_kept_back_for_tools_that_the_conversation_used_alone() -> None:
    called = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    plain, tool = (
        Request(model=MODEL, messages=(Message(role="assistant", content="x", tool_calls=calls),))
        for calls in ((), (called,))
    )

    assert most_tokens_in(tool) >= most_tokens_in(plain) + 512


End = Literal["as told", "dearer", "uncounted", "busy", "unheard", "broken", "cancelled", "not sent"]
ENDS: tuple[End, ...] = ("as told", "dearer", "uncounted", "busy", "unheard", "broken", "cancelled", "not sent")
FAILS: dict[End, CallFailed] = {
    "busy": Transient("busy", overloaded=True),
    "unheard": Transient("no answer", maybe_paid=True),
    "broken": BrokenBody("no JSON"),
}


async def one_call(
    held: Budget, asked: Request, end: End, turns: tuple[int, int], used: Usage, went: list[End]
) -> None:
    """One call that takes its turns and ends so."""
    for _ in range(turns[0]):
        await asyncio.sleep(0)
    async with held.hold(asked) as hold:
        went.append(end)
        if end == "not sent":
            return
        hold.goes_out()
        for _ in range(turns[1]):
            await asyncio.sleep(0)
        if end == "cancelled":
            raise asyncio.CancelledError
        if end in FAILS:
            hold.failed(FAILS[end])
        else:
            hold.answered(None if end == "uncounted" else used)


CALLS = st.tuples(
    st.integers(0, 4_000), st.integers(1, 400), st.sampled_from(ENDS), st.integers(0, 3), st.integers(0, 5),
    st.integers(0, 400),
)  # fmt: skip


@given(st.lists(CALLS, min_size=1, max_size=40), st.decimals("0.0001", "0.2", places=4))
def test_whatever_the_order_a_cap_is_passed_only_by_what_a_call_in_flight_turns_out_dearer(
    calls: list[tuple[int, int, End, int, int, int]], cap: Decimal
) -> None:
    dearer, sure, unsure = Decimal(0), Decimal(0), Decimal(0)
    went: list[list[End]] = []

    async def main() -> Budget:
        held, tasks = budget(max_cost=float(cap)), []
        for letters, most, end, before, inside, more in calls:
            asked, own = question(letters, most), list[End]()
            read = most_tokens_in(asked) + more if end == "dearer" else tokens_in(asked)
            went.append(own)
            used = Usage(input=read, output=most)
            tasks.append(asyncio.ensure_future(one_call(held, asked, end, (before, inside), used, own)))
        while not all(task.done() for task in tasks):
            assert held.spent + held.held <= cap + sum((m * READ / 1_000_000 for *_, m in calls), Decimal(0))
            await asyncio.sleep(0)
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                assert isinstance(error, Capped)
        return held

    held = asyncio.run(asyncio.wait_for(main(), 20))

    for (letters, most, end, _, _, more), own in zip(calls, went, strict=True):
        asked = question(letters, most)
        worst = GIVEN.of(Usage(input=most_tokens_in(asked), output=most))
        if own and end in ("uncounted", "unheard", "broken", "cancelled"):
            unsure += worst
        elif own and end in ("as told", "dearer"):
            dearer += more * READ / 1_000_000 if end == "dearer" else 0
            read = most_tokens_in(asked) + more if end == "dearer" else tokens_in(asked)
            sure += GIVEN.of(Usage(input=read, output=most))
    assert held.held == 0
    assert (held.spent, held.unsure) == (sure + unsure, unsure)  # what was maybe paid keeps its estimate
    assert held.spent <= cap + dearer
    assert held.calls == sum(map(len, went))


def test_a_call_that_does_not_fit_beside_those_in_flight_waits_for_one_to_end_cheaper() -> None:
    async def main() -> list[str]:
        told: list[str] = []
        held = budget(max_cost=0.05)

        async def first() -> None:
            async with held.hold(question()) as hold:
                hold.goes_out()
                await asyncio.sleep(0.02)
                hold.answered(Usage(input=100, output=0))
                told.append("cheaper than thought")

        async def second() -> None:
            await asyncio.sleep(0.005)
            async with held.hold(question()):
                told.append("now there is room")

        await asyncio.gather(first(), second())
        return told

    assert asyncio.run(main()) == ["cheaper than thought", "now there is room"]


@pytest.mark.parametrize(
    ("failure", "paid", "unsure"),
    [
        (Transient("busy", overloaded=True), "0", "0"),
        (Transient("no answer", maybe_paid=True), "0.04216", "0.04216"),
        (BrokenBody("no JSON"), "0.04216", "0.04216"),
        (None, "0.04216", "0.04216"),
    ],
)
def test_what_may_have_been_paid_unheard_counts_as_spent(failure: CallFailed | None, paid: str, unsure: str) -> None:
    async def main() -> Budget:
        held = budget(max_cost=1.0)
        async with held.hold(question()) as hold:
            hold.goes_out()
            if failure is None:
                hold.answered(None)  # the provider counts no tokens
            else:
                hold.failed(failure)
        return held

    held = asyncio.run(main())
    assert (held.spent, held.unsure) == (Decimal(paid), Decimal(unsure))


def test_who_waits_for_money_is_let_go_when_the_run_stops() -> None:
    async def main() -> None:
        held = budget(max_cost=0.05)
        async with held.hold(question()):
            waiting = asyncio.create_task(held.hold(question()).__aenter__())
            await asyncio.sleep(0)
            held.halt(Mistake("stopped by Ctrl-C"))
            with pytest.raises(Mistake, match="Ctrl-C"):
                await waiting

    asyncio.run(main())


def test_a_call_is_reserved_at_the_dearest_rate_that_it_may_fall_under() -> None:
    tiers = Price((Rate(Decimal(1), Decimal(2)), Rate(Decimal(3), Decimal(1), 200_000, Decimal(5))))

    assert tiers.of(Usage(input=200_000, output=10)) * 1_000_000 == 200_020
    assert tiers.of(Usage(input=200_001, output=10)) * 1_000_000 == 600_013
    assert tiers.most(200_000, 10) * 1_000_000 == 200_020
    assert tiers.most(200_001, 10) * 1_000_000 == 1_000_025  # all of it cached, or short after all


# A run at fake prices


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names no ledger."""
    monkeypatch.delenv("CONSTITUTION_LEDGER", raising=False)


class Project(Protocol):
    """Makes a project whose endpoint is at this address, with prompts and prices; it is the working folder then."""

    def __call__(self, name: str, url: str, prices: str = PRICE, number: int = 260) -> Path: ...


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A maker of projects."""

    def made(name: str, url: str, prices: str = PRICE, number: int = 260) -> Path:
        folder = settings(tmp_path / name, url)
        with (folder / "constitution.toml").open("a") as file:
            file.write(prices)
        write_rows(folder / "prompts.jsonl", number)
        monkeypatch.chdir(folder)
        return folder

    return made


def asked(*more: str) -> list[str]:
    """The command of these tests."""
    return ["run", "--prompts", "prompts.jsonl", "--out", "out", "--model", MODEL, *more]


def paid(folder: Path) -> list[Decimal]:
    """What each reply in the ledger cost."""
    path = folder / ".constitution" / "ledger.db"
    with closing(sqlite3.connect(path)) as file:
        digests = [row[0] for row in file.execute("SELECT digest FROM replies")]
    with closing(read_ledger(path)) as ledger:
        used = [entry.reply.usage for digest in digests if (entry := ledger.get(digest))]
    return [(use.input * READ + use.output * WRITTEN) / 1_000_000 for use in used if use]


def billed(url: str) -> Decimal:
    """What the server's own count of tokens comes to."""
    tokens = counts(url)["tokens"]
    return (int(tokens["input"]) * READ + int(tokens["output"]) * WRITTEN) / 1_000_000


def said_next(error: str) -> list[str]:
    """The command that an error ends with."""
    return shlex.split(error[error.rindex(": constitution ") + 1 :])[1:]


@pytest.mark.parametrize("number", [24, pytest.param(260, marks=pytest.mark.slow)])
def test_a_cap_on_money_holds_with_256_calls_at_once_and_the_printed_command_ends_the_run(
    number: int, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(behaviour(latency=0.02)) as url:
        calm = project("calm", url, number=number)
        assert main(asked("--concurrency", str(MANY))) == 0
        whole = sum(paid(calm), Decimal(0))
        assert billed(url) == whole
        forget(url)
        capped = project("capped", url, number=number)
        cap = round(whole * 2 / 3, 6)
        capsys.readouterr()

        code = main(asked("--concurrency", str(MANY), "--max-cost", f"{cap}"))
        error = capsys.readouterr().err.splitlines()[-1]
        spent = paid(capped)

        assert code == 4
        assert cap - Decimal("0.2") < billed(url) <= cap  # nothing here turns out dearer than what was kept back
        assert billed(url) == sum(spent)
        assert f"this run spent {dollars(sum(spent))}; " in error
        assert f"{len(spent)} new replies are kept" in error
        before = counts(url)["received"]

        assert main(said_next(error)) == 0
        assert counts(url)["received"] - before == len(paid(capped)) - len(spent)

    assert hashes(capped / "out") == hashes(calm / "out")
    assert sum(paid(capped)) == whole


def test_calls_that_turn_out_dearer_than_anybody_could_know_pass_the_cap_by_those_in_flight_alone(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    dear = {"prompt_tokens": 1_000_000, "completion_tokens": 5}

    def wasteful(request: Asked) -> Answer:
        return Answer.of({**chat("Because."), "usage": dear})

    with here(wasteful) as server:
        project("dear", server.url, number=30)
        code = main(asked("--concurrency", "4", "--max-cost", "0.5"))

    assert code == 4
    assert 1 <= len(server.seen) <= 4  # ten dollars each, of half a dollar: no further call went out
    assert "this run spent $" in capsys.readouterr().err


@pytest.mark.parametrize("cap", [10, 25])
def test_a_cap_on_calls_is_exact_and_the_printed_commands_end_the_run(
    project: Project, capsys: pytest.CaptureFixture[str], cap: int
) -> None:
    with serving(behaviour(faults="429=0.1", retry_after=0.01)) as url:
        project("capped", url, "", 20)
        code = main(asked("--max-calls", str(cap), "--concurrency", str(MANY)))
        error = capsys.readouterr().err.splitlines()[-1]

        assert (code, counts(url)["received"]) == (4, cap)
        assert f"{cap} calls went out, and --max-calls allows no more" in error
        command = said_next(error)
        assert command[command.index("--max-calls") + 1] == str(2 * cap)
        while (end := main(command)) == 4:
            command = said_next(capsys.readouterr().err.splitlines()[-1])
        assert (end, "paired" in capsys.readouterr().out) == (0, True)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A maker of projects with principle files of their own; the last one is the working folder."""

    def made(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        Shelf(folder).copy_out(folder)
        (folder / "constitution.toml").write_text("")
        monkeypatch.chdir(folder)
        return folder

    return made


def edited(folder: Path) -> None:
    """A draft of the shipped principles in which one is put otherwise, and one in which somebody else owns it."""
    file = Shelf(folder).constitution("harmlessness@1").constitution.as_json()
    del file["version"]
    told = next(each for group in file["groups"] for each in group["principles"] if each["id"] == "no-lecturing")
    told["owner"] = "Ann"
    (folder / "principles" / "harmlessness" / "draft.yaml").write_text(json.dumps(file), encoding="utf-8")
    told["rule"] += " Not even once."
    (folder / "edited.yaml").write_text(json.dumps(file), encoding="utf-8")


VERBS = {
    "try": ["try", "harmlessness@1", "--prompts", str(EXAMPLES), "-n", "8"],
    "test": ["principles", "test", "harmlessness@1", "--principle", "no-insults"],
    "mutate": ["principles", "test", "harmlessness@1", "--principle", "no-insults", "--mutate"],
    "sample": ["principles", "diff", "harmlessness@1", "./edited.yaml", "--on", "out", "--sample", "4"],
    "release": ["principles", "release", "harmlessness", "--approved-by", "Ann", "--because", "it is time",
                "--accept-rehearsal", "--dry-run", "--draws", "1"],
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_that_asks_heeds_a_cap_and_its_printed_commands_go_on_to_the_same_end(
    verb: str, shelf: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    ends: list[list[str]] = []
    first = {"sample": 3, "release": 90}.get(verb, 9)
    for name, cap in (("calm", []), ("capped", [f"--max-calls={first}", "--concurrency", "5"])):
        edited(shelf(name))
        if verb == "sample":
            run(Order(prompts=EXAMPLES, limit=12, principles="harmlessness@1", out="out"))
        capsys.readouterr()
        command, allowed, stops = [*VERBS[verb], *cap], first, 0
        while (code := main(command)) == 4:
            error = capsys.readouterr().err.splitlines()[-1]
            assert f"{allowed:,} calls went out, and --max-calls allows no more" in error
            command, allowed, stops = said_next(error), 2 * allowed, stops + 1
            assert command[-2:] == ["--max-calls", str(allowed)]
        assert (code, stops > 0) == (0, name == "capped")
        ends.append([line for line in capsys.readouterr().out.splitlines() if not line.startswith("asked ")])

    assert ends[0] == ends[1]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_that_asks_refuses_a_cap_on_money_that_it_cannot_hold(
    verb: str, shelf: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shelf("unpriced")
    edited(folder)
    if verb == "sample":
        run(Order(prompts=EXAMPLES, limit=2, principles="harmlessness@1", out="out"))
    with serving(behaviour()) as url:
        settings(folder, url)
        code = main([*VERBS[verb], "--model", MODEL, "--max-cost", "5", "--json"])
        document = json.loads(capsys.readouterr().out)

        assert (code, document["exit"], counts(url)["received"]) == (2, 2, 0)
    assert f"that of {MODEL} is unknown; nothing was asked" in document["errors"][0]["message"]
    assert f'[prices."{MODEL}"]' in document["errors"][0]["message"]


@pytest.mark.parametrize("verb", ["try", "test", "run"])
def test_every_verb_stops_once_more_have_failed_than_may(
    verb: str, shelf: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shelf("failing")
    words = VERBS.get(verb, ["run", "--prompts", str(EXAMPLES), "--out", "out"])
    models = ["--model", "simulator:plain", "--critic", "simulator:off-schema"]

    assert main([*words, *models, "--max-failures", "2", "--concurrency", "1"]) == 4
    error = capsys.readouterr().err.splitlines()[-1]
    assert f"3 {'cases' if verb == 'test' else 'prompts'} failed, 2 may; the last: " in error
    assert "asked twice" in error
    assert "--max-failures" in error


def test_a_cap_where_nothing_would_be_asked_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["principles", "diff", "harmlessness@1.0.0", "harmlessness@1.0.1", "--max-calls", "3"]) == 2
    assert "without a dataset" in capsys.readouterr().err


def test_the_document_of_a_command_that_a_cap_ended_holds_the_next_one(
    shelf: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shelf("json")
    assert main([*VERBS["try"], "--json", "--max-calls", "1"]) == 4
    document = json.loads(capsys.readouterr().out)

    assert document["data"]["next"].endswith("-n 8 --json --max-calls 2")
    assert document["errors"][0]["message"].endswith(document["data"]["next"])


def test_going_on_asks_nothing_again_that_a_provider_would_not_take() -> None:
    stopped = Capped("enough", cap="max_cost", raised=0.5)

    given = ["run", "--max-cost", "0.2", "--retry-faults", "--out", "my out", "--max-cost=0.25"]
    assert going_on(given, stopped) == "constitution run --out 'my out' --max-cost 0.5"
    assert going_on(["run", "--max-cost=1", "--", "--odd"], stopped) == "constitution run --max-cost 0.5 -- --odd"


def test_caps_are_fields_of_every_order(shelf: Callable[[str], Path]) -> None:
    shelf("python")
    with pytest.raises(Capped) as caught:
        hold_trials(TrialOrder(reference="harmlessness@1#no-insults", max_calls=3))
    assert (caught.value.cap, caught.value.raised) == ("max_calls", 6)
    with pytest.raises(Capped):
        run(Order(prompts=EXAMPLES, max_calls=3))
    caps: dict[str, Any] = {"max_cost": 2.0, "max_calls": 3, "max_failures": 0, "pin_model": True}
    assert ImpactOrder(out="out", after="x", **caps).caps == caps
    assert ReleaseOrder(name="x", approved_by="Ann", because="so", **caps).caps == caps
    for order in (lambda: TrialOrder(reference="x", max_calls=0), lambda: ImpactOrder(out="o", after="x", max_cost=0)):
        with pytest.raises(Mistake, match="max_c"):
            order()


def test_a_cap_on_money_says_with_which_prices_it_counts(tmp_path: Path) -> None:
    order = Order(prompts=["Why?"], max_cost=1.0)

    assert hold_to_cap(order, ["simulator:plain"], Prices(), tmp_path) == ()
    (note,) = hold_to_cap(order, ["anthropic:claude-sonnet-4-5"], Prices(), tmp_path)
    assert note == f"--max-cost counts with the prices of {dated()}"


def test_a_cap_on_money_without_a_price_is_refused_before_anything_is_asked(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(behaviour()) as url:
        folder = project("unpriced", url, "", 3)
        code = main(asked("--max-cost", "5"))
        error = capsys.readouterr().err

        assert (code, counts(url)["received"]) == (2, 0)
        assert f"that of {MODEL} is unknown; nothing was asked" in error
        assert f"write into {folder / 'constitution.toml'}" in error
        assert f'[prices."{MODEL}"]' in error
        assert not (folder / "out").exists()
        assert main(asked("--max-cost", "5", "--max-calls", "100")) == 0
        told = capsys.readouterr()
        assert f"--max-cost cannot count {MODEL}" in told.err
        assert "cost unknown" in told.out
        assert f'give prices in constitution.toml: [prices."{MODEL}"]' in told.out
        assert main(["show", "out"]) == 0
        assert f'give prices in constitution.toml: [prices."{MODEL}"]' in capsys.readouterr().out
        assert main(asked("--max-cost", "5", "--max-calls", "1", "--ledger", "other.db")) == 4
        assert f"this run spent $0.0000, and on {MODEL} nobody knows what; " in capsys.readouterr().err
        assert main(["show", "out", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["data"]["cost_per_pair"] is None


@pytest.mark.parametrize("cap", ["0", "-1", "nan", "inf"])
def test_a_cap_that_is_no_amount_is_refused(cap: str, project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("none", "http://127.0.0.1:9")

    assert main(asked("--max-cost", cap)) == 2
    assert "max_cost is" in capsys.readouterr().err


# What is foretold, and what is told


def test_a_plan_gives_least_and_most_and_what_it_assumed(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(behaviour()) as url:
        project("planned", url, number=12)
        order = Order(prompts="prompts.jsonl", model=MODEL)
        found = plan(order)
        assert main(["plan", "--prompts", "prompts.jsonl", "--model", MODEL]) == 0
        shown = capsys.readouterr().out
        done = run(order)

    assert found.least_cost is not None
    assert found.cost is not None
    assert done.cost is not None
    assert 0 < found.least_cost < done.cost < found.cost
    assert found.data()["least_cost"] == found.least_cost
    assert f"cost       {dollars(found.least_cost)} to {dollars(found.cost)}" in shown
    assert "4 bytes of text a token" in shown
    assert "prices of constitution.toml" in shown
    assert done.to_pandas("costs")["cost"].sum() == pytest.approx(done.cost)


def test_a_plan_without_a_price_says_how_to_give_one(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project("planned", "http://127.0.0.1:9", "", 3)

    assert main(["plan", "--prompts", "prompts.jsonl", "--model", MODEL]) == 0
    told = capsys.readouterr()
    assert "cost       unknown" in told.out
    assert f'[prices."{MODEL}"]' in told.err
    assert (span(0.0, 0.0, free=True), span(None, None, free=False)) == ("0 (simulator)", "unknown")


def test_show_gives_calls_tokens_and_money_for_a_pair_and_for_what_each_step_lost(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(behaviour(content="empty=0.05,refusal=0.05,off-schema=0.1")) as url:
        folder = project("shown", url, number=60)
        assert main(asked("--json")) in (0, 3)
        data = json.loads(capsys.readouterr().out)["data"]
        assert main(["show", "out"]) == 0
        shown = capsys.readouterr().out
        bought = paid(folder)
    funnel = data["funnel"]
    lost = funnel["lost"].values()

    assert f"tokens, cost {dollars(funnel['cost_per_pair'])}" in shown
    assert sum(step["prompts"] > 0 for step in lost) >= 3
    assert sum(step["prompts"] for step in lost) + funnel["in_pairs"]["prompts"] == funnel["prompts"] == 60
    assert funnel["in_pairs"]["prompts"] == funnel["fates"]["paired"]
    for part in ("calls", "tokens", "cost"):
        whole = sum(funnel["tokens"].values()) if part == "tokens" else funnel[part]
        assert sum(step[part] for step in lost) + funnel["in_pairs"][part] == pytest.approx(whole)
        assert funnel[f"{part}_per_pair"] * funnel["fates"]["paired"] == pytest.approx(whole)
    assert (funnel["calls"], funnel["cost"]) == (data["asked"], pytest.approx(float(sum(bought))))
    assert funnel["cost"] == pytest.approx(data["cost"])
    assert load_run("out").cost == pytest.approx(data["cost"])


REFUSED = Reply(text="", finish="refused", model_returned="scripted:x")
LONG = Reply(text="Bread rises because", finish="length", model_returned="scripted:x")
STEPS = Steps.of(REVISE)
FALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "the author refuses": ("drafted", {"author": lambda request: REFUSED}),
    "the draft is cut": ("drafted", {"author": lambda request: LONG}),
    "the draft cannot be asked": ("drafted", {"author": Quarantined("too long")}),
    "the draft is clean": ("violation found", {"author": lambda request: "Because of yeast."}),
    "the critic cannot be asked": ("violation found", {"critic": Quarantined("too long")}),
    "the reviser refuses": ("revised", {"reviser": lambda request: REFUSED}),
    "the revision is cut": ("revised", {"reviser": lambda request: LONG}),
    "the revision is the draft": ("revised", {"reviser": lambda request: DRAFT}),
    "the reviser cannot be asked": ("revised", {"reviser": Quarantined("too long")}),
    "the revision is no better": ("re-check passed", {"reviser": lambda request: "Because of YEAST!"}),
    "the judge sees no difference": ("better in both orders", {"judge": "tie"}),
    "the judge cannot be asked": ("better in both orders", {"judge": Quarantined("too long")}),
}


def fallen(rules: dict[str, Any]) -> Trail:
    """The trail of a prompt where these roles answer otherwise."""
    failing = {role: rule for role, rule in rules.items() if isinstance(rule, CallFailed)}
    ties = {"judge": lambda request: Cast.prefer(request, "tie", "tie")} if rules.get("judge") == "tie" else {}
    cast = Cast(**{role: rule for role, rule in rules.items() if callable(rule)}, **ties)
    return drive(
        whole(brief())(Trail.start(prompt())), lambda request: failing.get(request.model_name) or cast(request)
    )


@pytest.mark.parametrize("what", FALLS)
def test_the_funnel_says_at_which_step_a_prompt_fell(what: str) -> None:
    step, rules = FALLS[what]
    trail = fallen(rules)

    # The folders of earlier versions do not say in which stage a trail ended.
    for told in (trail, trail.but(ended_in=None)):
        assert STEPS.names[STEPS.reached(told) + 1] == step, (trail.fate, trail.reason)
        funnel = Funnel.of([told], [])
        assert funnel.fell == {each: int(each == step) for each in funnel.left if each != "prompts"}


def test_a_pair_that_a_check_refuses_fell_at_the_last_step() -> None:
    trail = fallen({})

    screened = trail.ends("screened:length_ratio", "too long")

    assert (trail.fate, STEPS.names[STEPS.reached(trail)]) == ("paired", "paired")
    for told in (screened, screened.but(ended_in=None)):
        assert STEPS.names[STEPS.reached(told) + 1] == "paired"
    assert STEPS.reached(Trail.start(prompt()).ends("screened:duplicate_prompt", "seen")) == 0


@given(st.lists(st.tuples(st.sampled_from([*FALLS, "paired"]), st.integers(0, 3)), max_size=12))
def test_losses_and_pairs_add_up_to_the_prompts_and_their_money_to_all_money(drawn: list[tuple[str, int]]) -> None:
    counting = Counting(Prices(given={MODEL: GIVEN}))
    requests = set()
    for number, (what, shared) in enumerate(drawn):
        trail = FALLEN[what]
        # Some replies serve several prompts: their first steps ask the same.
        named = [f"{number if place >= shared else 'same'}-{place}" for place in range(len(trail.steps))]
        steps = [step.but(request=name) for step, name in zip(trail.steps, named, strict=True)]
        calls = [Call(prompt_id="p", step=step.id, request=str(step.request), model=MODEL, input_tokens=100_000,
                      output_tokens=0) for step in steps]  # fmt: skip
        requests.update(named)
        counting.add(trail.but(steps=tuple(steps)), calls)
    funnel = counting.funnel()

    assert sum(funnel.fell.values()) + funnel.pairs == funnel.prompts == len(drawn) == sum(funnel.fates.values())
    assert funnel.calls == len(requests) == sum(each.calls for each in funnel.lost.values()) + funnel.in_pairs.calls
    assert funnel.cost == pytest.approx(len(requests))
    costs = [each.cost for each in (*funnel.lost.values(), funnel.in_pairs)]
    assert None not in costs
    assert sum(each for each in costs if each) == pytest.approx(funnel.cost)
    assert "in all" in rendered(*funnel_parts(funnel), colour=False)


FALLEN = {what: fallen(rules) for what, (_, rules) in FALLS.items()} | {"paired": fallen({})}
"""A trail for each way to fall, and one that became a pair."""


def test_a_reply_whose_tokens_nobody_counted_makes_the_cost_unknown(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def uncounted(request: Asked) -> Answer:
        return Answer.of({**chat("Because."), "usage": None})

    with here(uncounted) as server:
        project("uncounted", server.url, number=2)
        done = run(Order(prompts="prompts.jsonl", model=MODEL))

    assert done.asked
    assert done.cost is None
    assert Reply(text="", model_returned="m").usage is None
