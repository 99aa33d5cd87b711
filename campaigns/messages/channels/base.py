"""What a channel is: the way by which messages leave, whatever carries them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import TracebackType
from typing import ClassVar, Protocol, Self

from campaigns.messages.letters import Letter


class Outcome(Enum):
    """What became of one message that was handed over."""

    SENT = "sent"
    REFUSED = "refused"
    """For good: this recipient or this message will not be taken."""
    NOT_NOW = "not now"
    """It certainly did not leave; another try may go well."""
    UNKNOWN = "unknown"
    """Handed over whole, and no answer came: it may have left."""


@dataclass(frozen=True)
class Answer:
    """The outcome, and the receiving side's own words."""

    outcome: Outcome
    words: str = ""


@dataclass(frozen=True)
class Dispatch:
    """One message on its way: a repeated send of the same `message_id` is recognisable as such on the other side."""

    message_id: int
    recipient: str
    letter: Letter
    at: datetime


class Unreachable(Exception):
    """The channel takes nothing at the moment, whoever it is for; the message in hand did not leave."""


class Channel(Protocol):
    """One connection that sends message after message; used as a context that closes it."""

    name: ClassVar[str]
    """What messages and consents call it."""
    mark: ClassVar[str]
    """The kind of mark that is a customer's address in it."""
    longest_s: ClassVar[int]
    """`send` has ended, one way or the other, after this many seconds."""

    def connect(self) -> None:
        """Be ready to send; nothing to do when it is. Raises Unreachable."""

    def send(self, dispatch: Dispatch) -> Answer:
        """Send one message. Raises Unreachable when it did not leave for a reason that is not its own."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
