"""What anybody would write by hand: an aiohttp session, a semaphore, and so many tasks; nothing is kept or checked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp


async def ask_all(base_url: str, prompts: Sequence[str], *, concurrency: int) -> list[str]:
    """The answer to each prompt."""
    places = asyncio.Semaphore(concurrency)
    headers = {"authorization": "Bearer none"}
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def ask(prompt: str) -> str:
            body = {"model": "fixed", "messages": [{"role": "user", "content": prompt}], "max_tokens": 1024}
            async with places, session.post(f"{base_url}/chat/completions", json=body) as response:
                found = await response.json()
                text: str = found["choices"][0]["message"]["content"]
                return text

        return await asyncio.gather(*(ask(prompt) for prompt in prompts))
