"""Carries out the faults of API calls: an error, a late or missing answer, a broken connection, a late commit."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from aiohttp import web

from simulator.bodies import read_body
from simulator.errors import ApiError
from simulator.faults import Fault
from simulator.parts import parts_of
from simulator.strangers import answer_as_stranger, is_stranger

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FAULT = web.RequestKey("fault", Fault)
SLOW_SECONDS = 2.0
LATE_SECONDS = 2.0
NEVER_SECONDS = 300.0
"""How long a connection without an answer stays open if the fault names no delay. Clients give up long before."""

LATE_AFTER_CUT = 0.3
"""Seconds between cutting off a client that still waits, and the late commit."""

NO_ANSWER = 499
"""The status of an answer that cannot be sent, because the connection was cut."""

LOOK_AGAIN = 0.05
"""Seconds between two checks whether the client is still there."""


def fault_of(request: web.Request) -> Fault | None:
    """The fault of this call, for handlers that carry out a part of it themselves."""
    return request.get(FAULT)


async def inject(request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
    """Carry out the fault of one call."""
    request[FAULT] = fault
    if fault.kind.isdigit():
        raise ApiError(int(fault.kind), "The plan of faults has this error.", pointer=_pointer(fault))
    # From here on the whole request has arrived, even if the connection breaks.
    await read_body(request)
    if is_stranger(fault.kind):
        return await _stranger(request, handler, fault)
    carry_out = _WAYS.get(fault.kind)
    return await (carry_out(request, handler, fault) if carry_out else handler(request))


async def _slow(request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
    """Answer late."""
    await asyncio.sleep(_delay(fault, SLOW_SECONDS))
    return await handler(request)


async def _reset(request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
    """Break the connection. Half of the resets come before the work, half after it."""
    if fault.coin:
        await _commit(request, handler)
    return cut_connection(request)


async def _stranger(request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
    """Answer as someone on the way does. Half of the calls never reached the API, half lose its answer."""
    if fault.coin:
        await _commit(request, handler)
    return answer_as_stranger(fault.kind)


async def _timeout_after_commit(request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
    """Commit at once, and never answer."""
    await _commit(request, handler)
    await _client_gone(request, _delay(fault, NEVER_SECONDS))
    return cut_connection(request)


async def _late_commit(request: web.Request, handler: Handler, fault: Fault) -> web.StreamResponse:
    """Commit `delay` seconds after the call came in, but never before its client has gone."""
    delay, gone = _delay(fault, LATE_SECONDS), asyncio.Event()

    async def commit_when_gone() -> None:
        await asyncio.sleep(delay)
        if not gone.is_set():
            cut_connection(request)
            await asyncio.sleep(LATE_AFTER_CUT)
        await _commit(request, handler)

    parts_of(request).background.start(commit_when_gone())
    await _client_gone(request, delay + LATE_AFTER_CUT)
    gone.set()
    return cut_connection(request)


_WAYS: dict[str, Callable[[web.Request, Handler, Fault], Awaitable[web.StreamResponse]]] = {
    "slow": _slow,
    "reset": _reset,
    "timeout_after_commit": _timeout_after_commit,
    "late_commit": _late_commit,
}
"""Kinds that handlers carry out themselves, such as `stale_list`, are not here."""


async def _commit(request: web.Request, handler: Handler) -> None:
    """Do the work; a refusal is lost with its answer."""
    with contextlib.suppress(ApiError):
        await handler(request)


def cut_connection(request: web.Request) -> web.Response:
    """Break the connection; the returned answer is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=NO_ANSWER)


async def _client_gone(request: web.Request, at_most: float) -> None:
    """Wait until the client has closed the connection."""
    loop = asyncio.get_running_loop()
    until = loop.time() + at_most
    # aiohttp has no event for a client that left, unless it cancels the handler; but the handler must go on.
    while request.transport is not None and not request.transport.is_closing() and loop.time() < until:  # noqa: ASYNC110 - no event exists
        await asyncio.sleep(LOOK_AGAIN)


def _delay(fault: Fault, default: float) -> float:
    return default if fault.delay is None else fault.delay


def _pointer(fault: Fault) -> str:
    return fault.pointer if fault.kind.startswith("4") else ""
