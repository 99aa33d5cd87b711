"""The data folder of the embedded default: who holds it, and by what addresses its processes are reached."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from loyalty_core.settings import Settings
from web.processes import valkey

PACKAGES = Path(__file__).parents[2]


@dataclass(frozen=True)
class Demo:
    """What a demo keeps for its next start, in DATA/demo.json, readable by its owner only."""

    email: str
    password: str
    api_key: str
    smtp_port: int

    @classmethod
    def read(cls, data: Path) -> "Demo | None":
        """None where the folder has none, or one that was cut short."""
        try:
            return cls(**json.loads(_file(data).read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, data: Path) -> None:
        whole = _file(data).with_suffix(".new")
        whole.touch(mode=0o600)
        whole.write_text(json.dumps(asdict(self)))
        whole.rename(_file(data))


def complete_environment() -> None:
    """Fill in what the settings cannot know: a socket with a shorter name, the mail catcher of this folder's demo."""
    data = Settings.from_environment().data
    os.environ.setdefault("REDIS_URL", embedded_redis_url(data))
    demo = Demo.read(data)
    if demo:
        os.environ.setdefault("SMTP_URL", f"smtp://127.0.0.1:{demo.smtp_port}")


def embedded_redis_url(data: Path) -> str:
    """Where the Valkey of this data folder is reached."""
    return f"unix://{valkey.socket_path(data)}"


def environment_of_processes(**values: str) -> dict[str, str]:
    """What child processes see: this process's environment, the packages of this checkout, and `values`."""
    paths = [str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **values}


@contextmanager
def held(data: Path) -> Iterator[None]:
    """Hold the data folder for one set of processes; the hold ends with this process, however it ends."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "in-use").open("a+") as holder:
        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder.seek(0)
            raise InUseError(data, holder.read().strip()) from None
        holder.truncate(0)
        holder.write(str(os.getpid()))
        holder.flush()
        yield


class InUseError(Exception):
    """Another set of processes runs on the same data folder."""

    def __init__(self, data: Path, process: str) -> None:
        super().__init__(f"{data} is in use by process {process}: stop that one, or choose another folder with --data.")


def _file(data: Path) -> Path:
    return data / "demo.json"
