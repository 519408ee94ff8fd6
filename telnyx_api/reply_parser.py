"""Parses the body of a response into replies, in an envelope (`{data: …}`) or without one (docs/telnyx.md §2)."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from telnyx_api.replies import Page, Reply
from telnyx_api.response_body import MAX_VALUES, count_values

R = TypeVar("R", bound=Reply)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class NotUnderstoodError(Exception):
    """A response has an unknown shape. The text completes "the response …" and never holds a value of it."""


def parse_json(raw: bytes) -> object:
    """The JSON value in `raw`; raises `NotUnderstoodError` when it is no JSON, cut off, nested too deep, or huge."""
    if count_values(raw) > MAX_VALUES:
        raise NotUnderstoodError(f"has more than {MAX_VALUES:,} values")
    try:
        return from_json(raw.removeprefix(_BYTE_ORDER_MARK))
    except ValueError:
        pass  # raised below: the parser's error holds a piece of the body and must not be its context
    raise NotUnderstoodError("is not JSON")


def parse_one(model: type[R], body: object) -> R:
    """`body` as one reply; raises `NotUnderstoodError` that names what is missing."""
    return _parse(model, _content(body))


def parse_rows(model: type[R], body: object, *, under: str = "") -> list[R]:
    """`body` as a list of replies; `under` names the key that may hold the list.

    One bad row makes the whole list unusable: leaving the row out would forget a phone number.
    """
    content = _content(body)
    return _parse_list(model, content.get(under) if isinstance(content, dict) else content)


def parse_page_rows(model: type[R], body: object) -> list[R]:
    """The entries of one page of a list, which always has the envelope (docs/telnyx.md §1).

    Without it an empty list could be anyone's, and would say that the account has no order.
    """
    return _parse_list(model, _page_content(body))


def parse_wanted_rows(
    model: type[R], body: object, identify: Callable[[R], str], glance: Callable[[object], str | None]
) -> list[tuple[str, R | None]]:
    """The entries of one page of a list with their identities; None in place of an entry that no one wants.

    `glance` names the identity of a row that is well-formed and not wanted. Every other row is parsed, and a bad one
    makes the whole page unusable.
    """

    def entry(row: object) -> tuple[str, R | None]:
        if (unwanted := glance(row)) is not None:
            return unwanted, None
        wanted = _parse(model, row)
        return identify(wanted), wanted

    return [entry(row) for row in _list_of(model, _page_content(body))]


def parse_page(body: object) -> Page:
    """The position of this page in its list (`meta`); every field is None when Telnyx sent none."""
    meta = body.get("meta") if isinstance(body, dict) else None
    return Page.model_validate(meta if isinstance(meta, dict) else {})


def check_any(body: bytes) -> None:
    """Accept any response that Telnyx may give where no source describes one: none, or a JSON object."""
    if body and not isinstance(parse_json(body), dict):
        raise NotUnderstoodError("is no JSON object")


def _parse_list(model: type[R], rows: object) -> list[R]:
    return [_parse(model, row) for row in _list_of(model, rows)]


def _list_of(model: type[Reply], rows: object) -> list[object]:
    if not isinstance(rows, list):
        raise NotUnderstoodError(f"has no list of {_spoken(model)} rows")
    return rows


def _page_content(body: object) -> object:
    return body.get("data") if isinstance(body, dict) else None


def _parse(model: type[R], content: object) -> R:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        mistake = _describe(error)
    raise NotUnderstoodError(f"holds no valid {_spoken(model)}: {mistake}")


def _content(body: object) -> object:
    return body["data"] if isinstance(body, dict) and "data" in body else body


def _spoken(model: type[Reply]) -> str:
    """The model's name in plain English, such as "hosted number"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in model.__name__).strip()


def _describe(error: ValidationError) -> str:
    """Place and kind of the first mistake. Pydantic's own text would show the value: a phone number or a code."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole"
    return f"{place} is wrong or missing ({first['type']})"
