"""A mail server that says what a test wants, and hangs up where a test wants."""

import socketserver
import threading
from types import TracebackType
from typing import Any, Self


class BreakingServer:
    """`answers` replaces answers by command (`{"MAIL": "451 later"}`); None instead of an answer hangs up.

    Commands are GREETING, EHLO, MAIL, RCPT, DATA, and DOT, the end of a letter. `once` limits that to the first time.
    `received` holds the letters that came whole, whatever was answered; `connections` counts.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str | None] = {}
        self.once = False
        self.letters_per_connection: int | None = None
        self.received: list[bytes] = []
        self.connections = 0

    def __enter__(self) -> Self:
        owner = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                owner.connections += 1
                _Conversation(owner, self).hold()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"


class _HungUp(Exception):
    pass


class _Conversation:
    def __init__(self, server: BreakingServer, connection: Any) -> None:
        self._server = server
        self._connection = connection
        self._letters = 0

    def hold(self) -> None:
        try:
            self._answer("GREETING", "220 here")
            while line := self._connection.rfile.readline():
                self._obey(line.decode().split(":")[0].strip().upper().split(" ")[0])
        except (_HungUp, ConnectionError):
            return

    def _obey(self, command: str) -> None:
        if command == "DATA" and self._answer("DATA", "354 go on").startswith("354"):
            self._take_letter()
        elif command == "MAIL" and self._letters == self._server.letters_per_connection:
            self._say("421 enough for one connection")
            raise _HungUp
        elif command != "DATA":
            self._answer(command, "250 fine")
            if command == "QUIT":
                raise _HungUp

    def _take_letter(self) -> None:
        if "MIDDLE" in self._server.answers:
            self._connection.rfile.read(100)
            self._answer("MIDDLE", "")
        lines = []
        while (line := self._connection.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        if not line:
            raise _HungUp
        self._letters += 1
        self._server.received.append(b"".join(lines))
        self._answer("DOT", "250 taken")

    def _answer(self, command: str, usual: str) -> str:
        answer = self._server.answers.get(command, usual)
        if self._server.once and command in self._server.answers:
            del self._server.answers[command]
        if answer is None:
            raise _HungUp
        self._say(answer)
        return answer

    def _say(self, words: str) -> None:
        self._connection.wfile.write(words.encode() + b"\r\n")
