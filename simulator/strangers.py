"""Answers that are not Telnyx's: of a proxy, a gateway, a firewall or a CDN between the client and the API."""

from aiohttp import web

from simulator.faults import STRANGER_FORMS

_BODIES = {
    "page": ("<html><head><title>{status}</title></head><body><h1>Request blocked</h1></body></html>", "text/html"),
    "json": ('{{"code": {status}, "message": "Request blocked"}}', "application/json"),
    "blank": ("", "text/plain"),
}
"""None has Telnyx's envelope or one of its codes (docs/telnyx.md §7)."""


def is_stranger(kind: str) -> bool:
    """Whether a kind of fault is such an answer, as `page_403` is."""
    return kind.partition("_")[0] in STRANGER_FORMS


def answer_as_stranger(kind: str) -> web.Response:
    """The answer of a kind, such as `page_403`."""
    form, _, status = kind.partition("_")
    text, content_type = _BODIES[form]
    return web.Response(status=int(status), text=text.format(status=status), content_type=content_type)
