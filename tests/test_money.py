"""Money: prices and where they come from, caps that hold, what a plan foretells, and what a pair took."""

from __future__ import annotations

import asyncio
import shlex
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constitution.api import Order, plan, run
from constitution.api.pricing import prices_of
from constitution.cli import main
from constitution.cli.funnel import Funnel
from constitution.cli.tables import funnel_parts, money, span
from constitution.cli.terminal import rendered
from constitution.core.asking import Reply, Request, Usage
from constitution.core.records import Message
from constitution.dataset.calls import Call
from constitution.engine.budget import Budget, tokens_in
from constitution.engine.prices import NOTHING, Price, Prices, Rate, cost_of, dated, dollars
from constitution.errors import BadFile, BrokenBody, CallFailed, Capped, Mistake, Transient
from constitution.ledger import read_ledger
from constitution.providers.endpoints import read_settings
from constitution.providers.simulator.serving import behaviour, serving
from tests.endpoints_here import counts, hashes, settings, write_rows

MODEL = "local:plain"
PRICE = f'[prices."{MODEL}"]\ninput = 10.0\noutput = 20.0\n'
READ, WRITTEN = Decimal(10), Decimal(20)
MANY = 256


def question(letters: int = 4_000, most: int = 100, model: str = MODEL) -> Request:
    """A question of so many letters, with an answer of so many tokens at most."""
    return Request(model=model, messages=(Message(role="user", content="x" * letters),), max_tokens=most)


def budget(**caps: float) -> Budget:
    """A budget at those prices: a question of the default size is worth 1.2 cents."""
    calls = caps.pop("max_calls", None)
    return Budget(Prices(given={MODEL: (10.0, 20.0)}), max_calls=None if calls is None else int(calls), **caps)


# Prices


def test_a_price_in_the_settings_comes_before_the_table(tmp_path: Path) -> None:
    (tmp_path / "constitution.toml").write_text('[prices."openai:gpt-4o"]\ninput = 1\noutput = 2.5\n')
    prices = prices_of(read_settings(tmp_path / "constitution.toml"))

    assert cost_of({("openai:gpt-4o", "input"): 1_000_000, ("openai:gpt-4o", "output"): 2_000_000}, prices) == 6.0
    assert prices.sources(["openai:gpt-4o"]) == ("constitution.toml",)


def test_the_table_knows_the_models_of_our_providers_and_says_its_date() -> None:
    prices = Prices()
    found = prices.of("anthropic:claude-sonnet-4-5")

    assert found is not None
    assert found.of(1_000_000, 0) > found.of(100_000, 0) * 10  # a long prompt is dearer from its first token on
    assert found.in_all(1_000_000, 0) == found.of(100_000, 0) * 10
    (source,) = prices.sources(["anthropic:claude-sonnet-4-5", "simulator:plain"])
    assert source == dated()
    assert source.startswith("genai-prices 0.")
    assert "newest price of 20" in source


@pytest.mark.parametrize("model", ["openai:no-such-model", "local:plain", "groq:gpt-4o", "nobody:knows", "gpt-4o"])
def test_a_price_that_nobody_knows_is_unknown_and_never_nothing(model: str) -> None:
    assert Prices(addresses={"local": "http://127.0.0.1:8000/v1"}).of(model) is None
    assert cost_of({(model, "input"): 5}) is None
    assert money(None, free=False) == "unknown"


def test_an_endpoint_is_looked_up_by_its_address_and_not_by_the_name_that_somebody_gave_it() -> None:
    named = {"groq": "http://127.0.0.1:8000/v1", "mine": "https://api.openai.com/v1"}

    assert Prices(addresses=named).of("groq:llama-3.3-70b-versatile") is None
    assert Prices(addresses=named).of("mine:gpt-4o") == Prices().of("openai:gpt-4o")


@pytest.mark.parametrize("model", ["simulator:plain", "scripted:any", "transformers:/models/tiny@abc"])
def test_programs_of_ours_and_this_machine_cost_nothing(model: str) -> None:
    assert Prices().of(model) == NOTHING
    assert cost_of({(model, "output"): 10**9}) == 0.0
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


@given(
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(1, 400), st.integers(0, 400)), min_size=1, max_size=60),
    st.decimals("0.0001", "0.05", places=4),
    st.integers(1, 16),
)
def test_a_cap_is_passed_at_most_by_what_calls_in_flight_turn_out_dearer(
    calls: list[tuple[int, int, int]], cap: Decimal, at_once: int
) -> None:
    over: list[Decimal] = []

    async def one(held: Budget, places: asyncio.Semaphore, letters: int, most: int, more: int) -> None:
        asked = question(letters, most)
        async with places, held.hold(asked) as hold:
            hold.goes_out()
            await asyncio.sleep(0)
            over.append(more * READ / 1_000_000)
            hold.answered(Usage(input=tokens_in(asked) + more, output=most))

    async def main() -> Budget:
        held, places = budget(max_cost=float(cap)), asyncio.Semaphore(at_once)
        ends = await asyncio.gather(*(one(held, places, *call) for call in calls), return_exceptions=True)
        assert all(end is None or isinstance(end, Capped) for end in ends)
        return held

    spent = asyncio.run(main()).spent

    assert spent <= cap + sum(sorted(over)[-at_once:], Decimal(0))


def test_a_call_that_does_not_fit_beside_those_in_flight_waits_for_one_to_end_cheaper() -> None:
    async def main() -> list[str]:
        told: list[str] = []
        held = budget(max_cost=0.02)

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
        (Transient("no answer", maybe_paid=True), "0.012", "0.012"),
        (BrokenBody("no JSON"), "0.012", "0.012"),
        (None, "0.012", "0.012"),
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
        held = budget(max_cost=0.02)
        async with held.hold(question()):
            waiting = asyncio.create_task(held.hold(question()).__aenter__())
            await asyncio.sleep(0)
            held.halt(Mistake("stopped by Ctrl-C"))
            with pytest.raises(Mistake, match="Ctrl-C"):
                await waiting

    asyncio.run(main())


def test_a_long_prompt_is_reserved_at_its_dearer_rate() -> None:
    tiers = Price((Rate(Decimal(1), Decimal(2)), Rate(Decimal(3), Decimal(4), 200_000)))

    assert tiers.of(200_000, 10) * 1_000_000 == 200_020
    assert tiers.of(200_001, 10) * 1_000_000 == 600_043


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


def said_next(error: str) -> list[str]:
    """The command that an error ends with."""
    return shlex.split(error[error.rindex("constitution run ") :])[1:]


def test_a_cap_on_money_holds_with_256_calls_at_once_and_the_printed_command_ends_the_run(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(behaviour(latency=0.02)) as url:
        calm = project("calm", url)
        assert main(asked("--concurrency", str(MANY))) == 0
        whole = sum(paid(calm), Decimal(0))
        capped = project("capped", url)
        cap = whole * 2 / 3
        capsys.readouterr()

        code = main(asked("--concurrency", str(MANY), "--max-cost", f"{cap:.6f}"))
        error = capsys.readouterr().err.splitlines()[-1]
        spent = paid(capped)

        assert code == 4
        assert cap / 2 < sum(spent) <= cap + MANY * max(spent)
        assert sum(spent) <= cap  # at four characters a token nothing here turns out dearer than reserved
        assert f"this run spent {dollars(sum(spent))}; " in error
        assert f"{len(spent)} new replies are kept" in error
        before = counts(url)["received"]

        assert main(said_next(error)) == 0
        assert counts(url)["received"] - before == len(paid(capped)) - len(spent)

    assert hashes(capped / "out") == hashes(calm / "out")
    assert sum(paid(capped)) == whole


def test_a_cap_on_calls_is_exact_and_the_printed_commands_end_the_run(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(behaviour(faults="429=0.1", retry_after=0.01)) as url:
        project("capped", url, "", 20)
        code = main(asked("--max-calls", "25", "--concurrency", str(MANY)))
        error = capsys.readouterr().err.splitlines()[-1]

        assert (code, counts(url)["received"]) == (4, 25)
        assert "25 calls went out, and --max-calls allows no more" in error
        command = said_next(error)
        assert command[command.index("--max-calls") + 1] == "50"
        assert (main(command), "paired" in capsys.readouterr().out) == (0, True)


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
    assert "4 characters a token" in shown
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
    with serving(behaviour()) as url:
        folder = project("shown", url, number=40)
        assert main(asked()) == 0
        capsys.readouterr()
        assert main(["show", "out"]) == 0
    shown = capsys.readouterr().out
    pairs = int(shown.split(" → ")[1].split(" paired")[0])
    each = sum(paid(folder)) / pairs

    assert f"tokens, cost {dollars(each)}" in shown
    lost = next(line for line in shown.splitlines() if line.startswith("violation found"))
    assert "$" in lost


def test_the_money_of_the_steps_and_of_the_pairs_adds_up() -> None:
    call = Call(prompt_id="p", step="draft", request="r", model=MODEL, input_tokens=1_000_000, output_tokens=0)
    funnel = Funnel.of((), [call], Prices(given={MODEL: (10.0, 20.0)}))

    assert (funnel.cost, funnel.data()["cost_per_pair"]) == (10.0, None)
    assert all(spent.calls == 0 for spent in funnel.lost.values())
    assert "cost" in rendered(*funnel_parts(funnel), colour=False)


def test_a_reply_whose_tokens_nobody_counted_makes_the_cost_unknown(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.endpoints_here import Answer, Asked, chat, here

    def uncounted(request: Asked) -> Answer:
        return Answer.of({**chat("Because."), "usage": None})

    with here(uncounted) as server:
        project("uncounted", server.url, number=2)
        done = run(Order(prompts="prompts.jsonl", model=MODEL))

    assert done.asked
    assert done.cost is None
    assert Reply(text="", model_returned="m").usage is None
