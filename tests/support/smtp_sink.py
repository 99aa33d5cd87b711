"""A real SMTP server on the loopback that keeps the letters that it is given."""

import email
import email.policy
import socket
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Letter:
    """One delivery: the envelope as the client gave it, and the message."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass
class SmtpSink:
    """`letters` in the order of arrival; `refusals` are the answers to some recipients: "550 no such mailbox"."""

    letters: list[Letter] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._arrived = threading.Condition()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def wait_for(self, count: int, within_s: float = 10) -> list[Letter]:
        """The letters, once there are `count` of them."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.letters) >= count, within_s):
                raise TimeoutError(f"{len(self.letters)} of {count} letters came within {within_s} s")
            return list(self.letters)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with self._arrived:
            self.letters.append(Letter(envelope.mail_from, tuple(envelope.rcpt_tos), message))
            self._arrived.notify_all()
        return "250 OK"


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
