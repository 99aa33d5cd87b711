"""Customers in parts by their numbers, each worked on over a connection of its own: every processor does its part.

All parts see the rows of one moment until they have gathered what they need into tables of their own.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database, keep_temporary_in_memory, see_one_moment
from segmenter.rfm.packing import SIZE

PARTS = min(os.cpu_count() or 1, 4)
Answer = TypeVar("Answer")


class Part(NamedTuple):
    """The customers whose numbers are at least `first` and below `end`, and where the work on them is done."""

    session: Session
    first: int
    end: int


class Parts(NamedTuple):
    """All parts, in the order of the customers; no block of scores lies in two."""

    parts: Sequence[Part]
    pool: ThreadPoolExecutor

    def each(self, work: Callable[[Part], Answer]) -> list[Answer]:
        """What `work` answers for each part, committed there; the parts are worked on at once."""

        def committed(part: Part) -> Answer:
            answer = work(part)
            part.session.commit()
            return answer

        return list(self.pool.map(committed, self.parts))


@contextmanager
def in_parts(database: Database, count: int | None = None) -> Iterator[Parts]:
    """Everybody in so many parts, or in `PARTS`; what the connections gather goes with them."""
    count = count or PARTS
    # Nothing is written but by transactions that begin with it, and end soon after.
    connections = [database.engine.connect().execution_options(sqlite_begin="DEFERRED") for _ in range(count)]
    try:
        for connection in connections:
            keep_temporary_in_memory(connection)
        sessions = [Session(connection, expire_on_commit=False) for connection in connections]
        see_one_moment(database, sessions)
        last = sessions[0].scalar(select(func.max(Customer.id))) or 0
        width = (last // (SIZE * count) + 1) * SIZE
        parts = [Part(session, place * width, (place + 1) * width) for place, session in enumerate(sessions)]
        with ThreadPoolExecutor(count) as pool:
            yield Parts(parts, pool)
    finally:
        for connection in connections:
            connection.invalidate()
            connection.close()
