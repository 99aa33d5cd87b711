"""Tests speak to this machine only: anything else is refused as it is tried."""

import ipaddress
import socket
import sys
from typing import Any


class OutsideNetworkError(RuntimeError):
    """A test tried to reach another machine."""


def stay_on_this_machine() -> None:
    """Refuse connections and name look-ups beyond the loopback for the rest of this process."""
    sys.addaudithook(_refuse_outside)


def _refuse_outside(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        connection, address = arguments
        if connection.family != socket.AF_UNIX and isinstance(address, tuple) and not is_here(address[0]):
            raise OutsideNetworkError(f"a test tried to reach {address[0]}:{address[1]}")
    elif event == "socket.getaddrinfo" and not is_here(arguments[0]):
        raise OutsideNetworkError(f"a test tried to look up {arguments[0]}")


def is_here(host: str | bytes | None) -> bool:
    """Whether a name or address means this machine."""
    text = host.decode() if isinstance(host, bytes) else host
    if text in (None, "", "localhost", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(str(text))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
