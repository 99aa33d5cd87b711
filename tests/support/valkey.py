"""A real Valkey in a temporary folder, the same that an installation embeds."""

import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from web.processes import valkey

START_LIMIT_S = 20


class Valkey:
    """`with Valkey() as server: server.url`; `stop()` and `start()` play an outage, the data stays."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="catena-valkey-", dir="/tmp")
        self._data = Path(self._folder.name)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        return f"unix://{valkey.socket_path(self._data)}"

    def start(self) -> None:
        self._process = subprocess.Popen(valkey.command(self._data), stdout=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + START_LIMIT_S
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    if self._process.poll() is not None or time.monotonic() > deadline:
                        raise
                    time.sleep(0.01)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def forget(self) -> None:
        """Wipe all that it holds."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()
