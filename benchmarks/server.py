"""A chat-completions server in a process of its own: always the same answer, as late as the address says.

``http://127.0.0.1:PORT/200/v1`` answers after 200 ms.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

ANSWER = "Bread goes stale as its starch crystallises again, which a warm oven undoes for an hour or so. " * 11
"""About a kilobyte, as an ordinary draft has."""
BODY = {
    "id": "chatcmpl-0123456789abcdef",
    "object": "chat.completion",
    "created": 1790000000,
    "model": "fixed-1",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": ANSWER}}],
    "usage": {"prompt_tokens": 250, "completion_tokens": 230, "total_tokens": 480},
}


async def _answer(request: web.Request) -> web.Response:
    await request.read()
    if late := int(request.match_info["late"]):
        await asyncio.sleep(late / 1000)
    return web.Response(body=json.dumps(BODY).encode(), content_type="application/json")


async def _serve() -> None:
    app = web.Application()
    app.router.add_post("/{late}/v1/chat/completions", _answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)  # whoever started it closes this when it is done
    await runner.cleanup()


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server that runs while the block does."""
    with subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as own:
        assert own.stdin is not None
        assert own.stdout is not None
        try:
            yield f"http://127.0.0.1:{own.stdout.readline().strip()}"
        finally:
            own.stdin.close()


if __name__ == "__main__":
    asyncio.run(_serve())
