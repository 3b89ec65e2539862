"""``transformers serve`` on loopback, by our OpenAI wire: it ignores what it does not know, and that is noticed."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from constitution.core.asking import Reply, Request, Sampling
from constitution.core.trail import Trail
from constitution.engine.caller import Caller
from constitution.engine.progress import Progress
from constitution.engine.recorder import Recorder
from constitution.engine.retry import Patience
from constitution.engine.run import run_trails
from constitution.errors import Quarantined
from constitution.ledger import open_ledger
from constitution.providers.keys import Key
from constitution.providers.openai import OpenAI
from tests.scenes import brief, prompt, whole
from tests.simulated import said
from tests.tiny import library, save_saying_model

pytestmark = [pytest.mark.serve, pytest.mark.timeout(300), pytest.mark.filterwarnings("ignore")]

SENTENCE = "Put it all into one share and you are guaranteed to double your money."


@dataclass(frozen=True)
class Served:
    """A model behind a server."""

    model: str
    url: str

    def provider(self) -> OpenAI:
        """Our side of the wire."""
        return OpenAI(f"{self.url}/v1", Key("none"))

    def question(self, **more: Any) -> Request:
        """Asks the served model."""
        return Request(model=f"local:{self.model}", messages=said("Where to put my pension?"), **more)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server, once it answers; it dies with the tests."""
    for name in ("torch", "uvicorn", "fastapi"):
        library(name)
    place = tmp_path_factory.mktemp("served")
    save_saying_model(place / "model", SENTENCE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(place / "model"),
               "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]  # fmt: skip
    environment = {**os.environ, "HF_HOME": str(place), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with (place / "log").open("wb") as log, subprocess.Popen(
        command, env=environment, stdout=log, stderr=subprocess.STDOUT
    ) as server:  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, server, place / "log")
            yield Served(str(place / "model"), url)
        finally:
            server.terminate()


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Returns once the server is healthy; fails with its log where it ended, since another may hold its port."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(log.read_text())


def answer(served: Served, request: Request) -> Reply:
    """One call."""

    async def main() -> Reply:
        provider = served.provider()
        try:
            return await provider.answer(request)
        finally:
            await provider.close()

    return asyncio.run(main())


def run(served: Served, ledger_path: Path, **roles: str) -> tuple[Sequence[Trail], Progress]:
    """The recipe over two prompts, the served model in every role."""

    async def main() -> tuple[Sequence[Trail], Progress]:
        name = served.question().model
        stage = whole(brief(roles=dict.fromkeys(("author", "critic", "reviser", "judge"), name)))
        provider, progress = served.provider(), Progress()
        with closing(open_ledger(ledger_path)) as ledger:
            async with Recorder(ledger) as recorder:
                caller = Caller(
                    ledger,
                    recorder,
                    lambda _: provider,
                    concurrency=2,
                    patience=Patience(attempts=1),
                    progress=progress,
                    watch=lambda _: None,
                )
                prompts = (prompt("Where to put my pension?"), prompt("Is gold safe?"))
                trails = await run_trails(stage, prompts, caller, workers=2)
        await provider.close()
        return trails, progress

    return asyncio.run(main())


def test_a_text_comes_back_with_the_name_that_the_server_gives_its_model(served: Served) -> None:
    found = answer(served, served.question(max_tokens=64))

    assert (found.text, found.finish, found.origin) == (SENTENCE, "stop", "model")
    assert found.model_returned == f"{served.model}@main"
    assert found.usage is not None
    assert found.usage.output > 0


def test_a_cut_answer_and_settings_of_sampling_cross_the_wire(served: Served) -> None:
    found = answer(served, served.question(max_tokens=3, sampling=Sampling(temperature=0.5, top_p=0.9), draw=7))

    assert (found.text, found.finish) == ("Put it all", "length")


def test_a_schema_that_the_server_ignores_is_noticed_asked_once_more_and_never_guessed(
    served: Served, tmp_path: Path
) -> None:
    trails, progress = run(served, tmp_path / "ledger.db")

    assert [trail.fate for trail in trails] == ["fault:off_schema"] * 2
    assert [response.text for trail in trails for response in trail.responses] == [SENTENCE] * 2
    assert all("not JSON" in trail.reason for trail in trails)
    assert progress.attempts == progress.asked == 2 * (1 + 2)  # a draft, a critique, and the critique again
    assert all(trail.pair is None and not trail.critiques for trail in trails)


def test_a_model_that_is_not_served_sets_the_request_aside(served: Served) -> None:
    with pytest.raises(Quarantined, match="400"):
        answer(served, served.question().but(model="local:another"))
