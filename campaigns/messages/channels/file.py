"""Messages as lines of a file in the data folder: where SMS, push and Telegram end until their gateways come."""

import json
import os
from types import TracebackType
from typing import ClassVar, Self

from campaigns.messages.channels.base import Answer, Dispatch, Outcome, Unreachable
from loyalty_core.i18n import gettext
from loyalty_core.settings import Settings

FILE = "messages.jsonl"


class FileChannel:
    """Appends each message as one line of JSON: id, channel, to, text, at."""

    name: ClassVar[str] = "file"
    mark: ClassVar[str] = "phone"
    longest_s: ClassVar[int] = 10

    def __init__(self, settings: Settings) -> None:
        self._path = settings.data / FILE
        self._file: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)

    def connect(self) -> None:
        """Open the file, unless that has been done. Raises Unreachable."""
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            except OSError as error:
                raise Unreachable(gettext("The file cannot be written: %(words)s", words=error.strerror)) from error

    def send(self, dispatch: Dispatch) -> Answer:
        """Append one line, in one write: lines of several processes never mix."""
        assert self._file is not None
        line = {
            "id": dispatch.message_id,
            "channel": self.name,
            "to": dispatch.recipient,
            "text": dispatch.letter.text,
            "at": dispatch.at.isoformat(),
        }
        try:
            os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise Unreachable(gettext("The file cannot be written: %(words)s", words=error.strerror)) from error
        return Answer(Outcome.SENT, gettext("Written to the file %(name)s", name=FILE))


class SmsChannel(FileChannel):
    """SMS to the customer's phone."""

    name = "sms"
    mark = "phone"


class PushChannel(FileChannel):
    """Push notifications to the customer's device."""

    name = "push"
    mark = "push"


class TelegramChannel(FileChannel):
    """Messages to the customer's Telegram."""

    name = "telegram"
    mark = "telegram"
