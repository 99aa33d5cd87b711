"""What the address of a page asks for, made safe for the database."""

from flask import request

ID_MAX = 2**63 - 1
WORDS_MAX = 200


def words(name: str = "q") -> str:
    """What is searched for, without what no database keeps; at most 200 characters."""
    return request.args.get(name, "").replace("\0", "").strip()[:WORDS_MAX]


def number(name: str) -> int | None:
    """A row's id or a cursor; None where the address has none, or none that a row can have."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= ID_MAX else None
