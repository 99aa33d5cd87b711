"""Settings of the installation, read once from environment variables."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where the data lives and how the processes reach one another.

    `database_url` and `redis_url` default to the embedded SQLite file and Valkey socket in `data`. `in_doubt` says what
    becomes of a message of which nobody knows whether it left: `hold` for the operator, or `send_again`. `public_url`
    is where the pages are reached from outside; while it is empty, letters carry no address of the installation.
    """

    data: Path
    database_url: str
    redis_url: str
    smtp_url: str
    mail_from: str
    public_url: str
    secret_key: str
    lease_s: int
    batch_size: int
    in_doubt: str = "hold"

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the variables named below; ValueError names the one that makes no sense."""
        data = Path(os.environ.get("CATENA_DATA", "data")).absolute()
        return cls(
            data=data,
            database_url=os.environ.get("DATABASE_URL") or f"sqlite:///{data / 'catena.sqlite'}",
            redis_url=os.environ.get("REDIS_URL") or f"unix://{data / 'valkey.sock'}",
            smtp_url=os.environ.get("SMTP_URL", "smtp://127.0.0.1:1025"),
            mail_from=os.environ.get("MAIL_FROM", "Catena <loyalty@example.test>"),
            public_url=_address("PUBLIC_URL"),
            secret_key=os.environ.get("SECRET_KEY", ""),
            lease_s=_positive("CATENA_LEASE_S", 30),
            batch_size=_positive("CATENA_BATCH_SIZE", 5000),
            in_doubt=_one_of("CATENA_IN_DOUBT", "hold", "send_again"),
        )


def _one_of(name: str, default: str, *others: str) -> str:
    text = os.environ.get(name, default)
    if text not in (default, *others):
        raise ValueError(f"{name} must be {' or '.join((default, *others))}, not {text!r}")
    return text


def _address(name: str) -> str:
    text = os.environ.get(name, "")
    if text and not text.startswith(("http://", "https://")):
        raise ValueError(f"{name} must begin with http:// or https://, not {text!r}")
    return text


def _positive(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(f"{name} must be a whole number above 0, not {text!r}")
    return int(text)
