"""Stops what a session asks of the database when its answer is not wanted any more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from loyalty_core.database import dialect_of

LOOK_EVERY_S = 0.1


class Stopped(Exception):
    """The question was stopped before it was answered."""


@contextmanager
def while_wanted(session: Session, wanted: Callable[[], bool]) -> Iterator[None]:
    """Read while `wanted` answers yes; raises Stopped soon after it answers no, and the database works on it no more.

    `wanted` is asked in a thread of its own, several times a second. A session that was stopped has lost what it read.
    """
    driver: Any = session.connection().connection.driver_connection
    stop = driver.interrupt if dialect_of(session) == "sqlite" else driver.cancel
    over, stopped = Event(), Event()

    def watch() -> None:
        # Told again and again: between two statements there is nothing to stop.
        while not over.wait(LOOK_EVERY_S):
            if stopped.is_set() or not wanted():
                stopped.set()
                stop()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    except OperationalError as error:
        if stopped.is_set():
            raise Stopped from error
        raise
    finally:
        over.set()
        watcher.join()
        if stopped.is_set():
            # What was told last may reach the server late, and must not meet the connection's next statement.
            session.invalidate()
