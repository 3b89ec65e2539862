"""Listening: an endpoint on a socket, in this event loop or in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from functools import partial

from aiohttp import web

from constitution.errors import Mistake
from constitution.providers.simulator.serving.behaviour import Behaviour
from constitution.providers.simulator.serving.endpoint import Endpoint
from constitution.providers.simulator.serving.routes import application

LOOPBACK = "127.0.0.1"
_GRACE = 0.5
"""Seconds that requests in flight have left when the endpoint closes."""


def opened(host: str = LOOPBACK, port: int = 0) -> socket.socket:
    """A socket that listens, so that its address is known; raises ``Mistake`` where there can be none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or "no such host").partition(" (")[0]
        raise Mistake(
            f"cannot listen on {host}, port {port}: {reason}", remedy="--port 0 takes a port that is free"
        ) from error


def url_of(listener: socket.socket) -> str:
    """Where it listens, as ``http://host:port``; the chat-completions wire wants ``/v1`` after it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def listening(told: Behaviour, listener: socket.socket) -> AsyncIterator[Endpoint]:
    """The endpoint answers while the block runs; afterwards the socket is closed."""
    endpoint = Endpoint(told)
    runner = web.AppRunner(application(endpoint), access_log=None, handler_cancellation=True, shutdown_timeout=_GRACE)
    await runner.setup()
    try:
        await web.SockSite(runner, listener, backlog=512).start()
        yield endpoint
    finally:
        await runner.cleanup()


@contextmanager
def serving(told: Behaviour | None = None, *, host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
    """The base URL of an endpoint that answers in a thread of its own while the block runs."""
    listener = opened(host, port)
    ready: Future[Callable[[], object]] = Future()

    async def serve() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        async with listening(told or Behaviour(), listener):
            ready.set_result(partial(loop.call_soon_threadsafe, stop.set))
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="simulator")
    url = url_of(listener)
    thread.start()
    try:
        yield url
    finally:
        ready.result(timeout=10)()
        thread.join()
