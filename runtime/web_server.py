"""The web server of a process: its listening socket, its log lines and its end."""

import signal
import socket
from dataclasses import replace
from functools import partial
from typing import Any

import uvicorn

from runtime.descriptors import affordable_connections
from runtime.http_heads import MAX_HEAD_BYTES
from runtime.setting_values import SettingsError, parse_address
from runtime.settings import variable
from runtime.web_connections import BoundedProtocol, ConnectionLimits, OpenConnections


def listen(field: str, address: str) -> socket.socket:
    """A listening socket. A process opens it before it says that it has started.

    Args:
        field: the setting that holds the address, such as `console_address`; an error names its variable.
        address: `host:port`.

    Raises:
        SettingsError: nothing can listen at the address.
    """
    host, port = parse_address(address)
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(
            f"{variable(field)} is {address!r}, where nothing can listen ({error.strerror}): "
            "stop the program that listens there, or choose another port."
        ) from None


class WebServer(uvicorn.Server):
    """uvicorn's server, which logs at its end which connections were refused."""

    def __init__(self, config: uvicorn.Config, opened: OpenConnections) -> None:
        super().__init__(config)
        self._opened = opened

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all connections."""
        await super().shutdown(sockets)
        self._opened.log_rest()


def build_server(app: Any, limits: ConnectionLimits, **options: Any) -> uvicorn.Server:
    """A server for a web application that silent, slow and malformed connections do not keep from its work.

    SIGTERM and SIGINT stop it gracefully.

    Args:
        app: the application.
        limits: what its peers may take; fewer connections where the operating system allows fewer open files.
        options: further options of uvicorn.
    """
    opened = OpenConnections(replace(limits, connections=affordable_connections(limits.connections)))
    # uvicorn configures no loggers and logs no requests: our own log lines are enough.
    config = uvicorn.Config(
        app,
        http=partial(BoundedProtocol, opened),  # type: ignore[arg-type]  # it is called like a class
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing asks who the peer of a proxy is
        lifespan="off",
        **options,
    )
    server = WebServer(config, opened)
    # uvicorn stops and then raises the signal again, which must not end the process before it has cleaned up.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    return server
