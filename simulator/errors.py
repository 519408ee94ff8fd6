"""The error answers of the Telnyx API: in an envelope, or one bare error where the OpenAPI document says so."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

TITLES = {
    400: ("10015", "Bad Request"),
    401: ("10009", "Authentication failed"),
    403: ("10010", "Authorization failed"),
    404: ("10005", "Resource not found"),
    405: ("10015", "Method not allowed"),
    409: ("10021", "Resource in use"),
    413: ("10015", "Request too large"),
    415: ("10014", "Unsupported media type"),
    422: ("10015", "Unprocessable entity"),
    429: ("10011", "Too many requests"),
    500: ("10007", "Unexpected error"),
    503: ("10036", "Service busy"),
}
"""The code and title for an HTTP status. Which ones the hosted calls use is not documented (docs/telnyx.md §7)."""

INVALID_PROFILE = "10013"
MISSING_PARAMETER = "10004"
BARE_STATUSES = frozenset({400, 401})
"""The eligibility check answers these statuses with one bare error (docs/telnyx.md §2)."""


class ApiError(Exception):
    """The API refuses a call: an HTTP status, a code, a sentence, and the part of the request that is at fault."""

    def __init__(self, status: int, detail: str, *, pointer: str = "", parameter: str = "", code: str = "") -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.source = {k: v for k, v in (("pointer", pointer), ("parameter", parameter)) if v}
        self.code = code or TITLES.get(status, TITLES[422 if status < 500 else 500])[0]  # noqa: PLR2004 - HTTP classes


def not_found(what: str) -> ApiError:
    """Refuse with 404: what the path names does not exist."""
    return ApiError(404, f"{what} was not found.")


def unprocessable(detail: str, pointer: str = "", *, code: str = "", parameter: str = "") -> ApiError:
    """Refuse with 422; `pointer` says which part of the request is at fault."""
    return ApiError(422, detail, pointer=pointer, parameter=parameter, code=code)


def answer(error: ApiError, *, bare: bool = False, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with the error in its envelope, or bare for a 400 or 401 of the eligibility check."""
    title = TITLES.get(error.status, ("", "Request failed"))[1]
    body: dict[str, Any] = {"code": error.code, "title": title, "detail": error.detail}
    if error.source:
        body["source"] = error.source
    alone = bare and error.status in BARE_STATUSES
    return web.json_response(body if alone else {"errors": [body]}, status=error.status, headers=headers)
