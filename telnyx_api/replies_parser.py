"""Turns the bytes of an answer into replies, enveloped (`{data: …}`) or flat (Telnyx facts §2)."""

from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from telnyx_api.replies import Page, Reply

R = TypeVar("R", bound=Reply)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotUnderstoodError(Exception):
    """An answer of Telnyx has no shape that we know; the text names the place, never a value from the answer."""


def parse_json(raw: bytes) -> object:
    """The JSON value in `raw`; raises `NotUnderstoodError` when there is none, or it is cut off or nested too deep."""
    try:
        return from_json(raw.removeprefix(_BYTE_ORDER_MARK))
    except ValueError:
        pass  # raised below, so that the parser's error with a piece of the body hangs on no chain
    raise NotUnderstoodError("it is not JSON")


def read_one(model: type[R], body: object) -> R:
    """`body` as one reply, in an envelope or not; raises `NotUnderstoodError` naming what is missing."""
    return _read(model, _content(body))


def read_rows(model: type[R], body: object, *, under: str = "") -> list[R]:
    """`body` as a list of replies, in an envelope or not; `under` names the key that may hold the list.

    One row that makes no sense spoils the whole list: a row quietly dropped would be a number forgotten.
    """
    content = _content(body)
    rows = content.get(under) if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise NotUnderstoodError(f"a list of {_spoken(model)} rows was expected in it")
    return [_read(model, row) for row in rows]


def read_page(body: object) -> Page:
    """Where this page of a list stands (`meta`); all None when Telnyx sent no such thing."""
    meta = body.get("meta") if isinstance(body, dict) else None
    return Page.model_validate(meta if isinstance(meta, dict) else {})


def _read(model: type[R], content: object) -> R:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        trouble = _describe(error)
    raise NotUnderstoodError(f"no {_spoken(model)} could be read from it: {trouble}")


def _content(body: object) -> object:
    return body["data"] if isinstance(body, dict) and "data" in body else body


def _spoken(model: type[Reply]) -> str:
    """The model's name as words, such as "hosted number"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()


def _describe(error: ValidationError) -> str:
    """The first mistake by its place and kind only: pydantic's own text would repeat the value, a number or a code."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"{place} is wrong or missing ({first['type']})"
