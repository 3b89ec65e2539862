"""Direct: carries questions to a named endpoint over aiohttp alone, with our own headers and that endpoint's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from constitution.providers.bodies import heard_whole
from constitution.providers.failures import unreachable
from constitution.providers.keys import Key
from constitution.providers.roads import proxy_to, trusted
from constitution.providers.transport import UNPACKABLE, Heard

if TYPE_CHECKING:
    import aiohttp

IDLE = 4.0
"""Seconds that an unused connection is kept; most servers of this kind hang up after 5, in the middle of a question."""
HEADERS = {
    "accept": "application/json",
    "accept-encoding": UNPACKABLE,
    "content-type": "application/json",
    "user-agent": "constitution",
}
"""What every endpoint is told; nothing of the environment is added."""


class Direct:
    """A ``Transport`` without an SDK. As many connections as there are calls at a time: the engine limits those."""

    def __init__(self, base_url: str, key: Key, headers: Mapping[str, str]) -> None:
        import aiohttp

        self._host, self._base, self._key = base_url, base_url.rstrip("/"), key
        self._proxy = proxy_to(base_url, key)
        self._unheard = (aiohttp.ClientError, OSError)
        self._timeout = aiohttp.ClientTimeout
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE, ssl=trusted(base_url)),
            headers={**HEADERS, **headers},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def post(self, path: str, question: bytes, headers: Mapping[str, str], timeout: float) -> Heard:
        """What the server says to this JSON."""
        try:
            async with self._session.post(
                self._base + path,
                data=question,
                headers=headers,
                allow_redirects=False,
                proxy=self._proxy,
                timeout=self._timeout(total=timeout),
            ) as response:
                return await self._heard(response)
        except self._unheard as error:
            raise unreachable(error, host=self._host, key=self._key) from error

    async def _heard(self, response: aiohttp.ClientResponse) -> Heard:
        status, headers, chunks = response.status, response.headers, response.content.iter_any()
        body = await heard_whole(status, headers, chunks, host=self._host, key=self._key, dropped=self._unheard)
        return Heard(status, headers, body)

    async def close(self) -> None:
        """Let go of connections."""
        await self._session.close()
