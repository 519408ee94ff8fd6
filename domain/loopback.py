"""Whether an address is on this machine, where no one between can read or change anything."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: 127.0.0.0/8, ::1 or localhost."""
    name = plain_name(host)
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def plain_name(host: str) -> str:
    """A host name or address as it is compared: in small letters, without brackets and without a dot at its end."""
    return host.strip().strip("[]").rstrip(".").lower()
