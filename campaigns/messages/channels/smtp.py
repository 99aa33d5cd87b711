"""Letters over SMTP, one connection for many, with each answer read at its stage.

Up to the final dot of DATA a letter has certainly not left; from there until the server's answer nobody knows.
"""

import re
import smtplib
import socket
import ssl
from types import TracebackType
from typing import ClassVar, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from campaigns.messages.channels.base import Answer, Dispatch, Outcome, Unreachable
from campaigns.messages.channels.mail import mail_address, mail_of, sender_of
from loyalty_core.i18n import gettext
from loyalty_core.settings import Settings

COMMAND_LIMIT_S = 10
ANSWER_LIMIT_S = 60
_SIGN_IN_FIRST = (530, 534, 535, 538)
_LEAVING = 421


class Server(NamedTuple):
    """Where letters are handed over: `smtp://user:password@host:port`, `smtps://…`, `smtp://…?starttls=1`."""

    host: str
    port: int
    encrypted: bool
    starttls: bool
    user: str
    password: str

    @classmethod
    def of_url(cls, url: str) -> "Server":
        """Read SMTP_URL; ValueError says what is wrong with it, without its password."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL must be like smtp://user:password@host:port, smtps://… or smtp://…?starttls=1")
        encrypted = parts.scheme == "smtps"
        return cls(
            parts.hostname,
            parts.port or (465 if encrypted else 25),
            encrypted,
            parse_qs(parts.query).get("starttls") == ["1"],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


class SmtpChannel:
    """Sends letters through the server of SMTP_URL, from MAIL_FROM."""

    name: ClassVar[str] = "email"
    mark: ClassVar[str] = "email"
    # Two connections' worth of commands, with room, and the wait for the answer to a letter.
    longest_s: ClassVar[int] = 20 * COMMAND_LIMIT_S + ANSWER_LIMIT_S

    def __init__(self, settings: Settings) -> None:
        self._server = Server.of_url(settings.smtp_url)
        self._from = sender_of(settings.mail_from)
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (smtplib.SMTPException, OSError):
                self._drop()

    def connect(self) -> None:
        """Connect and sign in, unless that has been done. Raises Unreachable."""
        if self._connection is not None:
            return
        try:
            self._connection = self._open()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            words = gettext("The mail server takes no letters: %(words)s", words=_words(error))
            raise Unreachable(words) from error

    def send(self, dispatch: Dispatch) -> Answer:
        """Hand one letter over."""
        try:
            recipient = mail_address(dispatch.recipient)
        except ValueError as error:
            return Answer(Outcome.REFUSED, str(error))
        content = re.sub(rb"(?m)^\.", b"..", mail_of(dispatch, self._from, recipient)) + b".\r\n"
        connection = self._begin()
        try:
            code, words = connection.rcpt(recipient)
            if code // 100 != 2:
                return self._refusal(connection, code, words)
            code, words = connection.docmd("DATA")
            if code != 354:
                return self._refusal(connection, code, words)
            connection.send(content)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Answer(Outcome.NOT_NOW, gettext("The mail server broke off: %(words)s", words=_words(error)))
        return self._answer(connection)

    def _open(self) -> smtplib.SMTP:
        server, name = self._server, socket.gethostname()
        if server.encrypted:
            self._connection = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=COMMAND_LIMIT_S, context=ssl.create_default_context()
            )
        else:
            self._connection = smtplib.SMTP(server.host, server.port, name, timeout=COMMAND_LIMIT_S)
        if server.starttls:
            self._connection.starttls(context=ssl.create_default_context())
        self._connection.ehlo_or_helo_if_needed()
        if server.user:
            self._connection.login(server.user, server.password)
        return self._connection

    def _begin(self) -> smtplib.SMTP:
        """Announce a letter. A server that has had enough of a connection is asked once more over a new one.

        What it says here is about us, not about the recipient: no letter fails for it.
        """
        used = self._connection is not None
        self.connect()
        assert self._connection is not None
        connection = self._connection
        try:
            code, words = connection.mail(self._from.addr_spec)
        except (smtplib.SMTPException, OSError) as error:
            code, words = _LEAVING, _words(error).encode()
        if code == 250:
            return connection
        self._drop()
        if used and code == _LEAVING:
            return self._begin()
        raise Unreachable(gettext("The mail server takes no letters: %(words)s", words=_told(code, words)))

    def _answer(self, connection: smtplib.SMTP) -> Answer:
        assert connection.sock is not None
        try:
            connection.sock.settimeout(ANSWER_LIMIT_S)
            code, words = connection.getreply()
            connection.sock.settimeout(COMMAND_LIMIT_S)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            words_of_error = _words(error)
            return Answer(
                Outcome.UNKNOWN, gettext("The mail server broke off before its answer: %(words)s", words=words_of_error)
            )
        if code // 100 == 2:
            return Answer(Outcome.SENT, _told(code, words))
        return self._refusal(connection, code, words)

    def _refusal(self, connection: smtplib.SMTP, code: int, words: bytes) -> Answer:
        told = _told(code, words)
        if code in _SIGN_IN_FIRST:
            self._drop()
            raise Unreachable(gettext("The mail server takes no letters: %(words)s", words=told))
        try:
            if code == _LEAVING or connection.rset()[0] != 250:
                self._drop()
        except (smtplib.SMTPException, OSError):
            self._drop()
        return Answer(Outcome.REFUSED if code // 100 == 5 else Outcome.NOT_NOW, told)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _told(code: int, words: bytes) -> str:
    """The server's answer as it gave it, in one line."""
    return " ".join(f"{code} {words.decode('utf-8', 'replace')}".split())


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _told(error.smtp_code, said if isinstance(said, bytes) else said.encode())
    return str(error) or type(error).__name__
