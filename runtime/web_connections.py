"""The connections of a web server: how many there may be, and how long each may keep the server waiting.

uvicorn alone waits for a head, for a body and for the reader of a response as long as a peer likes, and each such
connection counts towards its limit. Here each wait has an end. When all places are taken, the connection that waits
for its peer longest makes room, so silent peers cannot keep others out (docs/decisions/0027).
"""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import h11
import structlog
from uvicorn.protocols.http.flow_control import service_unavailable
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from runtime.http_heads import BAD_REQUEST, refuse_head
from runtime.interval_counts import IntervalCounts

TOO_SLOW, UNAVAILABLE = 408, 503
_LOG_INTERVAL = 60.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ConnectionLimits:
    """What the peers of a web server may take."""

    connections: int
    """How many are open at the same time."""
    head_seconds: float = 5.0
    """From the opening of a connection, or from the first byte of a further request, to the end of the head."""
    request_seconds: float = 30.0
    """From the end of the head to the end of the response: body, work and response together."""
    idle_seconds: float = 75.0
    """Between two requests. The proxies in front close an idle connection after 60 seconds, and should do so first."""
    close_seconds: float = 5.0
    """How long the last bytes of a response may take once the connection is closed."""


class ConnectionEnd(StrEnum):
    """Why a connection ended before its peer wanted. The values are fields of a log line."""

    MALFORMED = "malformed"
    """Its request is not HTTP, can be read in two ways, or has a huge head."""
    SLOW = "slow"
    """Head, body or reader did not come in time."""
    CROWDED_OUT = "crowded_out"
    """It waited for its peer longest when another one needed its place."""
    TOO_MANY = "too_many"
    """It came when every place was taken by a request in work, and got 503."""


class OpenConnections:
    """The open connections of one server; the one that has waited for its peer longest comes first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._open: dict[BoundedProtocol, None] = {}
        self._counts = IntervalCounts(
            ConnectionEnd, _LOG_INTERVAL, lambda counts: _log.info("connections_counted", **counts)
        )

    @property
    def are_too_many(self) -> bool:
        """Whether more are open than may be, because nothing but requests in work is open."""
        return len(self._open) > self.limits.connections

    def enter(self, connection: "BoundedProtocol") -> None:
        """Take a new connection, and close another one when there is no place."""
        if len(self._open) >= self.limits.connections:
            idle = next((known for known in self._open if known.waits_for_peer), None)
            if idle is not None:
                idle.crowd_out()
        self._open[connection] = None

    def renew(self, connection: "BoundedProtocol") -> None:
        """A request was served, so its connection waits again."""
        if connection in self._open:
            self._open[connection] = self._open.pop(connection)

    def leave(self, connection: "BoundedProtocol") -> None:
        """The connection is closed, or about to be."""
        self._open.pop(connection, None)

    def count(self, end: ConnectionEnd) -> None:
        """Count the end of a connection. A line with all counts is logged at most once a minute."""
        self._counts.add(end)

    def log_rest(self) -> None:
        """Log what is not logged yet."""
        self._counts.log_rest()


class BoundedProtocol(H11Protocol):
    """uvicorn's protocol for one connection, with an end to every wait and a check of every head."""

    def __init__(self, opened: OpenConnections, **of_uvicorn: Any) -> None:
        super().__init__(**of_uvicorn)
        self._opened = opened
        self._limits = opened.limits
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waits_for_peer(self) -> bool:
        """Whether its peer has to do something next. Otherwise a request is in work."""
        cycle = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body or self.flow.write_paused

    def crowd_out(self) -> None:
        """Close at once, to make room."""
        if not self.transport.is_closing():
            self._opened.count(ConnectionEnd.CROWDED_OUT)
        self._abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection was opened."""
        super().connection_made(transport)
        self._opened.enter(self)
        self._within(self._limits.head_seconds, self._on_late_head)

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection was closed."""
        self._opened.leave(self)
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The peer sent something."""
        if self.cycle is not None and self.conn.their_state is h11.IDLE and not self._unread:
            self._within(self._limits.head_seconds, self._on_late_head)
        super().data_received(data)

    def handle_events(self) -> None:
        """Parse what was received, and start the request whose head is whole and good."""
        if self.conn.their_state is h11.IDLE and (status := refuse_head(self._unread)):
            self._refuse(status, ConnectionEnd.MALFORMED)
            return
        before, too_many = self.cycle, self._opened.are_too_many
        self.app = service_unavailable if too_many else self.config.loaded_app
        super().handle_events()
        if self.cycle is not before and not self.transport.is_closing():
            self._within(self._limits.request_seconds, self._on_late_request)
            if too_many:
                self._opened.count(ConnectionEnd.TOO_MANY)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words are not needed
        """h11 understands no more. uvicorn calls it while it handles h11's error, which knows a better status."""
        self._refuse(getattr(sys.exception(), "error_status_hint", BAD_REQUEST), ConnectionEnd.MALFORMED)

    def on_response_complete(self) -> None:
        """The response was sent. A body that is still on its way is never read, so that its connection cannot go on."""
        if self.cycle.more_body:
            self.transport.close()
        self._opened.renew(self)
        if self.transport.is_closing():
            self._within(self._limits.close_seconds, self._abort)
        else:
            self._within(self._limits.idle_seconds, self._abort)
        super().on_response_complete()
        self._unset_keepalive_if_required()  # our own time limit also ends a response that nobody reads

    @property
    def _unread(self) -> bytes:
        return self.conn.trailing_data[0]

    def _on_late_head(self) -> None:
        if self._unread:
            self._refuse(TOO_SLOW, ConnectionEnd.SLOW)
            return
        self._opened.count(ConnectionEnd.SLOW)
        self._abort()

    def _on_late_request(self) -> None:
        self._refuse(TOO_SLOW if self.cycle.more_body else UNAVAILABLE, ConnectionEnd.SLOW)

    def _refuse(self, status: int, end: ConnectionEnd) -> None:
        """Send a status without a body, if no response has begun, and close."""
        self._opened.count(end)
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            line = b"HTTP/1.1 %d %s\r\n" % (status, STATUS_PHRASES[status])
            self.transport.write(line + b"content-length: 0\r\nconnection: close\r\n\r\n")
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()
        self._within(self._limits.close_seconds, self._abort)

    def _abort(self) -> None:
        """Close without waiting for a peer that reads nothing."""
        self._opened.leave(self)
        self._stop_timer()
        self.transport.abort()

    def _within(self, seconds: float, otherwise: Callable[[], None]) -> None:
        """Set the one time limit of this connection."""
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, otherwise)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
