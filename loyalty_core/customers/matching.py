"""Which customers words find: by name, phone, card, e-mail or number."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from loyalty_core.customers.rows import Customer, Identity

WORDS_MAX = 5


def found_by(words: str, *, waiting: bool, among: Select[Any] | None) -> list[ColumnElement[bool]]:
    """All words fit; with `waiting` they are not activated yet; and they are `among` those, where that is said."""
    found = matching(words)
    if waiting:
        found.append(Customer.activated_at.is_(None))
    if among is not None:
        found.append(Customer.id.in_(among))
    return found


def matching(words: str) -> list[ColumnElement[bool]]:
    """Each word is in a name, or begins a card, a phone or an address; a phone may be written in any way.

    Who has been merged into another customer is not found.
    """
    return [Customer.merged_into_id.is_(None), *_fitting(words)]


def _fitting(words: str) -> list[ColumnElement[bool]]:
    digits = re.sub(r"[\s().\-+]", "", words).removeprefix("00")
    if digits.isdigit() and len(digits) >= 4:
        return [or_(_marked(digits), Customer.external_id == words.strip())]
    return [_named_or_marked(word) for word in words.split()[:WORDS_MAX]]


def _named_or_marked(word: str) -> ColumnElement[bool]:
    # SQLite lowers Latin letters only, so other alphabets are also looked for as they are usually written.
    spellings = {word.lower(), word.title(), word}
    names = (
        column.contains(spelling, autoescape=True)
        for column in (
            func.lower(Customer.first_name),
            Customer.first_name,
            func.lower(Customer.last_name),
            Customer.last_name,
        )
        for spelling in spellings
    )
    return or_(*names, _marked(re.sub(r"-", "", word)), Customer.external_id == word)


def _marked(start: str) -> ColumnElement[bool]:
    spellings = {start.lower(), start.upper()}
    begins = or_(*(Identity.value.startswith(each, autoescape=True) for each in spellings))
    return Customer.id.in_(select(Identity.customer_id).where(and_(begins)))
