"""The connections of one Telnyx account, and the one way in which every call goes out and comes back."""

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

import httpx

from telnyx_api.addresses import checked_base_url, checked_key
from telnyx_api.replies_parser import NotUnderstoodError, parse_json
from telnyx_api.transport import Call, build_client, exchange, misread

T = TypeVar("T")


class Connection:
    """One account's shared and bounded connections to Telnyx, opened at the first call.

    `base_url` includes the version, as for the official SDK: `https://api.telnyx.com/v2`. `read_timeout` is in seconds
    and bounds the wait for each piece of an answer. `transport` replaces the network in tests. A key or address that
    cannot be one raises `ValueError`. Use it in one event loop, and close it with `async with` or `aclose()`.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str,
        *,
        read_timeout: float = 20.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._api_key = checked_key(api_key)
        self._base_url = checked_base_url(base_url)
        self._read_timeout = read_timeout
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
        """Closes the connections; calls that are still under way end as `OutcomeUnknown`."""
        client, self._client = self._client, None
        if client:
            await client.aclose()

    async def _send(self, call: Call) -> httpx.Response:
        """A 2xx answer to `call`; the client is made at the first call, since it belongs to the running loop."""
        if self._client is None:
            self._client = build_client(self._api_key, self._base_url, self._transport)
        return await exchange(self._client, call, api_key=self._api_key, read_seconds=self._read_timeout)

    async def _ask(self, call: Call, read: Callable[[object], T]) -> T:
        """What `read` makes of the answer to `call`; an answer that makes no sense is an `OutcomeUnknown`."""
        answer = await self._send(call)
        try:
            return read(parse_json(answer.content))
        except NotUnderstoodError as error:
            why = str(error)
        raise misread(call.doing, answer.status_code, why)
