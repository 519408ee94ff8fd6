"""What every API call passes: it is recorded, errors get their envelope, faults happen, the key is checked."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from simulator.errors import ApiError, answer
from simulator.fault_injection import NO_ANSWER, inject
from simulator.parts import CALL_NAMES, parts_of
from simulator.state import now

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

API = "/v2/"
WRONG_KEY = "KEY_wrong"
RATE_LIMIT = {"x-ratelimit-limit": "1000", "x-ratelimit-remaining": "999", "x-ratelimit-reset": "1"}
"""Sent with every answer (docs/telnyx.md §8). The numbers are made up: no limit of hosted calls is published."""

TOO_MANY_REQUESTS = 429


@web.middleware
async def record_call(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Record every API call and its status; the status stays None if no answer was given."""
    if not request.path.startswith(API):
        return await handler(request)
    entry: dict[str, Any] = {
        "at": now(),
        "method": request.method,
        "path": request.path,
        "query": request.query_string,
        "status": None,
    }
    parts_of(request).world.calls.append(entry)
    response = await handler(request)
    if response.status != NO_ANSWER:
        entry["status"] = response.status
    return response


@web.middleware
async def wrap_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals into the API's error answers, and add the rate limit headers."""
    if not request.path.startswith(API):
        return await handler(request)
    try:
        response = await handler(request)
    except ApiError as error:
        return _refused(request, error)
    except web.HTTPException as error:
        return _refused(request, ApiError(error.status, f"{request.method} {request.path}: {error.reason}."))
    response.headers.update(RATE_LIMIT)
    return response


def _refused(request: web.Request, error: ApiError) -> web.Response:
    headers = dict(RATE_LIMIT)
    if error.status == TOO_MANY_REQUESTS:
        headers["x-ratelimit-remaining"] = "0"
    return answer(error, bare=_call(request) == "eligibility", headers=headers)


@web.middleware
async def inject_fault(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Carry out the fault of the call, if the plan of faults has one."""
    call = _call(request)
    fault = parts_of(request).world.faults.draw(call) if call else None
    return await handler(request) if fault is None else await inject(request, handler, fault)


@web.middleware
async def check_key(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Accept any bearer key except `KEY_wrong`."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if request.path.startswith(API) and (scheme.lower() != "bearer" or key.strip() in {"", WRONG_KEY}):
        raise ApiError(401, "The API key is missing or not valid.")
    return await handler(request)


def _call(request: web.Request) -> str:
    """The name of the API call; empty for the control surface and for unknown paths."""
    name: str = request.app[CALL_NAMES].get(request.match_info.handler, "")
    return name


MIDDLEWARES = (record_call, wrap_errors, inject_fault, check_key)
