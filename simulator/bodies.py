"""Reads what a client of the API sent: JSON bodies, uploaded files and page numbers."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from simulator.errors import MISSING_PARAMETER, ApiError, unprocessable

FILES = web.RequestKey("files", dict)
"""The uploaded files, kept on the request, because a fault may need them after the connection was cut."""

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 250
_MOST_DIGITS = 19
_UNREADABLE = (ValueError, LookupError, RuntimeError, AssertionError, HttpProcessingError)
"""What aiohttp raises for parts that it cannot read: wrong headers, length, encoding or character set."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file of an upload: its bytes, and the media type that the client gave."""

    content: bytes
    media_type: str


async def read_body(request: web.Request) -> None:
    """Read the whole body, so that the call can be carried out after the client has gone."""
    if request.content_type == "multipart/form-data":
        await read_files(request)
    else:
        await request.read()


async def read_json_object(request: web.Request) -> dict[str, Any]:
    """Read the body as a JSON object; anything else is a 400."""
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise ApiError(400, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body must be a JSON object.")
    return body


def read_strings(body: dict[str, Any], key: str, *, status: int = 422) -> list[str]:
    """Read the required, non-empty list of strings under a key of the body."""
    value = body.get(key)
    if value is None:
        raise ApiError(status, f"{key} is required.", pointer=f"/{key}", code=MISSING_PARAMETER)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise ApiError(status, f"{key} must be a list of at least one string.", pointer=f"/{key}")
    return value


async def read_files(request: web.Request) -> dict[str, UploadedFile]:
    """Read the files of a multipart body, by name; a part without a file name is not a file."""
    if FILES not in request:
        try:
            form = await request.post()
        except _UNREADABLE:
            raise ApiError(400, "The multipart body cannot be read.") from None
        request[FILES] = {
            name: UploadedFile(part.file.read(), part.content_type)
            for name, part in form.items()
            if isinstance(part, web.FileField)
        }
    return request[FILES]


def read_page(request: web.Request) -> tuple[int, int]:
    """Read the page number and size from the query; the defaults are 1 and 20 (docs/telnyx.md §1)."""
    number = _whole(request, "page[number]", 1, None)
    return number, _whole(request, "page[size]", DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)


def _whole(request: web.Request, name: str, default: int, most: int | None) -> int:
    text = request.query.get(name, str(default))
    if (
        not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS)
        or int(text) < 1
        or (most is not None and int(text) > most)
    ):
        limit = "at least 1" if most is None else f"from 1 to {most}"
        raise unprocessable(f"{name} must be a whole number, {limit}.", parameter=name)
    return int(text)
