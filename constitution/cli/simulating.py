"""What tools simulate says: where it listens, and at its end what it counted."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

from constitution.api.signals import on_signals
from constitution.cli.output import Output
from constitution.cli.tables import count
from constitution.providers.simulator.serving import Behaviour, listening, opened, url_of


def simulate_until_told(output: Output, told: Behaviour, host: str, port: int) -> int:
    """It answered until Ctrl-C or SIGTERM; the counts are said, and in JSON mode the document."""
    listener = opened(host, port)
    counted = asyncio.run(_attend(output, told, listener))
    output.line(f"stopped: {count(counted['received'], 'request')}, {counted['paid']:,} of them paid for")
    return output.end(counted)


def _say_where(output: Output, listener: socket.socket) -> None:
    url = url_of(listener)
    address = f"listening: {url}/v1 (wire openai), {url} (wire anthropic), {url}/stats"
    # In JSON mode standard output is the document's.
    (output.note if output.as_json else output.line)(address)
    if not ipaddress.ip_address(listener.getsockname()[0]).is_loopback:
        output.note("this address can be reached from outside; whoever asks is answered")


async def _attend(output: Output, told: Behaviour, listener: socket.socket) -> dict[str, Any]:
    stop = asyncio.Event()
    url = url_of(listener)
    with on_signals(lambda _: stop.set()):
        async with listening(told, listener) as endpoint:
            # Not before: whoever reads the line may ask, and may stop it.
            _say_where(output, listener)
            await stop.wait()
    return {"url": url, **endpoint.stats.data()}
