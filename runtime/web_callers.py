"""Who may call an internal web server: programs, and pages of known origins, under known names.

A browser on the network of the server is the danger. A page of any site can make it send a request there. With DNS
rebinding the site's own name leads to this machine, so that even the browser takes page and server for one. The headers
`Host`, `Origin` and `Sec-Fetch-Site` show it, since a page cannot change them.
"""

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.loopback import is_loopback

FORBIDDEN, MISDIRECTED = 403, 421
_FETCHED_BY_OTHERS = {"cross-site", "same-site"}
"""Any other port of this machine is the same site, too."""
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_SHOWN = 100


class CallerGuard:
    """Middleware that refuses requests under foreign names and from foreign pages."""

    def __init__(self, app: ASGIApp, names: Collection[str], origins: Collection[str]) -> None:
        """Guard an application.

        Args:
            app: the application.
            names: host names of this server, besides those of this machine and the address that was called.
            origins: of the pages that may call it, besides its own.
        """
        self._app = app
        self._names = names
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or respond with a sentence."""
        if scope["type"] != "http":
            return
        refusal = self._refuse_name(scope) or self._refuse_page(Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, send)
            return
        status, sentence = refusal
        await JSONResponse({"detail": sentence}, status)(scope, receive, send)

    def _refuse_name(self, scope: Scope) -> tuple[int, str] | None:
        host = Headers(scope=scope).get("host", "")
        called = (scope.get("server") or ("",))[0]
        name = _hostname(host)
        if name and (is_loopback(name) or name in self._names or name == called):
            return None
        shown = repr(name[:_SHOWN]) if name else "What the request calls it"
        return MISDIRECTED, f"{shown} is no name of this server: use one of HOSTED_SMS_CONSOLE_HOSTS, or add it there."

    def _refuse_page(self, headers: Headers) -> tuple[int, str] | None:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        if origin in self._origins or (origin is not None and _is_own(origin, headers["host"])):
            return None
        if origin is None and site not in _FETCHED_BY_OTHERS:
            return None
        page = repr(origin[:_SHOWN]) if origin and origin != "null" else "elsewhere"
        return FORBIDDEN, f"Pages from {page} are not allowed: add their address to HOSTED_SMS_CODEC_ALLOWED_ORIGINS."


def _hostname(host: str) -> str:
    """The name in `Host`, without its port; empty when it is not a plain name or address."""
    found = _HOST.fullmatch(host)
    return found[1].strip("[]").lower() if found else ""


def _is_own(origin: str, host: str) -> bool:
    """Whether a page was served under the name that is called now, which was checked before."""
    return origin in {f"http://{host}", f"https://{host}"}
