"""Pages of a list by cursor: the last row's key, never an offset."""

from typing import Generic, NamedTuple, TypeVar

Row = TypeVar("Row")


class Page(NamedTuple, Generic[Row]):
    """Some rows, and the cursor of the next page, where there is one."""

    rows: list[Row]
    next: int | None


def first(rows: list[Row], limit: int, key: int | None) -> Page[Row]:
    """A page of `limit` rows out of one more than that; `key` is the key of its last row."""
    return Page(rows[:limit], key if len(rows) > limit else None)
