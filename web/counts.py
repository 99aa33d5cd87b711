"""Long counts: each lasts while its caller waits for it, and one caller has few of them at a time."""

import select
import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic

from flask import current_app, g, request

from loyalty_core.errors import Conflict
from loyalty_core.i18n import gettext as _
from loyalty_core.stopping import Stopped, while_wanted

COUNTS_MAX = 2  # of one caller in one process: the page that they look at, and one more
SECONDS_MAX = 120


@dataclass(eq=False)
class _Count:
    """A count that goes on until its time is over or a newer one takes its place."""

    ends_at: float = field(default_factory=lambda: monotonic() + SECONDS_MAX)
    outrun: bool = False

    @property
    def wanted(self) -> bool:
        return not self.outrun and monotonic() < self.ends_at


class Counts:
    """The counts that go on in this process, by caller."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._going_on: dict[str, deque[_Count]] = {}

    @contextmanager
    def one_more(self, caller: str) -> Iterator[_Count]:
        """A new count of a caller; where that is one too many, their oldest is not wanted any more."""
        count = _Count()
        with self._lock:
            others = self._going_on.setdefault(caller, deque())
            others.append(count)
            if len(others) > COUNTS_MAX:
                others.popleft().outrun = True
        try:
            yield count
        finally:
            with self._lock:
                if not count.outrun:
                    others.remove(count)
                if not others:
                    self._going_on.pop(caller, None)


@contextmanager
def the_caller_waits(kind: str) -> Iterator[None]:
    """Stop in the database what is asked of `g.session` inside when nobody waits for the answer; then Conflict."""
    is_there = _listener()
    counts: Counts = current_app.extensions["counts"]
    with counts.one_more(f"{kind} {g.caller.mark}") as count:
        try:
            with while_wanted(g.session, lambda: count.wanted and is_there()):
                yield
        except Stopped:
            raise Conflict("tree", _why(count)) from None


def _why(count: _Count) -> str:
    if count.outrun:
        return _("A newer count took this one’s place.")
    if not count.wanted:
        return _("It took longer than %(n)s seconds and was stopped. Make the conditions simpler.", n=SECONDS_MAX)
    return _("The count was cancelled.")


def _listener() -> Callable[[], bool]:
    """Whether the other end of this request's connection is still there; yes where the server does not tell."""
    names = ("gunicorn.socket", "werkzeug.socket")
    connection = next((request.environ[name] for name in names if name in request.environ), None)
    if not isinstance(connection, socket.socket) or isinstance(connection, ssl.SSLSocket):
        return lambda: True

    def is_there() -> bool:
        try:
            poll = select.poll()
            poll.register(connection, select.POLLIN)
            return not poll.poll(0) or connection.recv(1, socket.MSG_PEEK) != b""
        except OSError:
            return False

    return is_there
