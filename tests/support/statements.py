"""What one test's engine compiled serves the engines of the next: else each test compiles the same statements anew."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from loyalty_core import database

STATEMENTS_MAX = 3000


def share_compiled_statements(url: str) -> None:
    """From now on every engine of this process for the kind of database at `url` shares one dialect and its cache."""
    connect = database.connect
    first = connect(url)
    # A dialect learns about its server from the first connection.
    first.connect().close()
    first.dispose()
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS_MAX)

    def connect_and_share(url: str) -> Engine:
        engine = connect(url)
        if engine.dialect.name == first.dialect.name:
            engine.dialect = first.dialect
            engine.update_execution_options(compiled_cache=compiled)
        return engine

    database.connect = connect_and_share
