"""The connections of one Telnyx account, and the one way in which every call is sent and its response parsed."""

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

import httpx

from telnyx_api.call import Call
from telnyx_api.reply_parser import NotUnderstoodError, check_any, parse_json
from telnyx_api.request_parts import check_base_url, check_key
from telnyx_api.transport import build_client, build_transport, send_call, unreadable_response

T = TypeVar("T")


class Connection:
    """The shared and bounded connections of one account. The first call opens them.

    `base_url` includes the version, as for the official SDK: `https://api.telnyx.com/v2`. `read_timeout` is in seconds
    and limits the wait for each piece of a response. `proxy` is the URL of an HTTP proxy for all calls. `transport`
    replaces the network in tests. An impossible key or URL raises `ValueError`. Use it in one event loop, and close it
    with `async with` or `aclose()`.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        read_timeout: float = 20.0,
        proxy: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._api_key = check_key(api_key)
        self._base_url = check_base_url(base_url)
        self._read_timeout = read_timeout
        self._proxy = proxy
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._base_url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. Calls in progress end with `OutcomeUnknown`."""
        client, self._client = self._client, None
        if client:
            await client.aclose()

    async def _send(self, call: Call) -> httpx.Response:
        """A 2xx response to `call`. The first call makes the HTTP client, which belongs to the running loop."""
        if self._client is None:
            transport = self._transport or build_transport(self._proxy)
            self._client = build_client(self._api_key, self._base_url, transport)
        return await send_call(self._client, call, api_key=self._api_key, read_seconds=self._read_timeout)

    async def _ask(self, call: Call, parse: Callable[[object], T]) -> T:
        """The response to `call` as `parse` reads it; raises `OutcomeUnknown` when it has an unknown shape."""
        return await self._read(call, lambda content: parse(parse_json(content)))

    async def _tell(self, call: Call) -> None:
        """Send `call`, whose response no source describes; raises `OutcomeUnknown` when it cannot be Telnyx's."""
        await self._read(call, check_any)

    async def _read(self, call: Call, parse: Callable[[bytes], T]) -> T:
        response = await self._send(call)
        try:
            return parse(response.content)
        except NotUnderstoodError as error:
            why = str(error)
        raise unreadable_response(call, response.status_code, why)
