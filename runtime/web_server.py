"""The web server of a process: its listening socket, its log lines and its end."""

import signal
import socket
from typing import Any

import uvicorn

from runtime.setting_values import SettingsError, parse_address
from runtime.settings import variable


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


def build_server(app: Any, **options: Any) -> uvicorn.Server:
    """A server for a web application, with further options of uvicorn. SIGTERM and SIGINT stop it gracefully."""
    # uvicorn configures no loggers and logs no requests: our own log lines are enough.
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", **options))
    # uvicorn stops and then raises the signal again, which must not end the process before it has cleaned up.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: setattr(server, "should_exit", True))
    return server
