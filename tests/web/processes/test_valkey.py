"""The embedded Valkey is reached by a name short enough for the kernel, and forgets nothing."""

from pathlib import Path

import pytest
import redis

from tests.support.valkey import Valkey
from web.processes import valkey


def test_it_listens_in_its_data_folder(tmp_path: Path) -> None:
    assert valkey.socket_path(Path("/srv/catena")) == Path("/srv/catena/valkey.sock")


def test_a_long_data_folder_gets_a_short_private_socket_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Path("/srv", "a" * 120), Path("/srv", "b" * 120)
    assert len(str(valkey.socket_path(one))) <= valkey.SOCKET_PATH_MAX
    assert valkey.socket_path(one) == valkey.socket_path(one) != valkey.socket_path(other)


def test_what_it_was_told_survives_its_restart() -> None:
    with Valkey() as server:
        with redis.Redis.from_url(server.url) as client:
            client.set("bell", "rung")
        server.stop()
        server.start()
        with redis.Redis.from_url(server.url) as client:
            assert client.get("bell") == b"rung"
