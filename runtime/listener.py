"""Taking the address where a process listens, before it says that it has started."""

import socket

from runtime.setting_values import SettingsError, parse_address
from runtime.settings import variable


def listen(field: str, address: str) -> socket.socket:
    """A listening socket at the address that a setting names.

    Args:
        field: of the settings, such as `console_address`; the error names its variable.
        address: `host:port`.

    Raises:
        SettingsError: nothing can listen there.
    """
    host, port = parse_address(address)
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsError(
            f"{variable(field)} is {address!r}, where nothing can listen ({error.strerror}): "
            "stop what listens there, or choose another port."
        ) from None
