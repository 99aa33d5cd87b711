"""The key that signs sessions: SECRET_KEY, else a file in the data folder that is made once."""

import os
import secrets
from pathlib import Path

from loyalty_core.settings import Settings


def secret_key(settings: Settings) -> str:
    """The key of this installation; the file is readable by its owner only."""
    return settings.secret_key or _kept(settings.data / "secret-key")


def _kept(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    mine = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secrets.token_urlsafe(48))
    # Of several processes that start at once, the first link stays and all read that one.
    try:
        os.link(mine, file)
    except FileExistsError:
        pass
    finally:
        mine.unlink()
    return file.read_text()
