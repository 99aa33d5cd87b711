"""Adds and changes lists of promo codes, takes codes in by the thousand, and counts what is left of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, exists, func, literal, select, true
from sqlalchemy.orm import Session

from loyalty_core.database import insert_into, text_set
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.changes import DESCRIPTION_MAX, NAME_MAX
from loyalty_core.promotions.promo_codes import PromoCode, PromoCodeList, PromoCodeUse, normalised

CODES_AT_ONCE_MAX = 100_000
# Spaces belong to a code; whoever pastes a row of them parts them with one of these.
_BETWEEN = re.compile(r"[,;\t]")


@dataclass(frozen=True, slots=True)
class ListData:
    """A list as somebody tells it; the fields are those of `PromoCodeList`."""

    name: str
    description: str = ""
    active: bool = True
    reusable: bool = False


class ListFigures(NamedTuple):
    """A list, how many codes it has, how many of them were used, and how often in all."""

    list: PromoCodeList
    codes: int
    used: int
    uses: int

    @property
    def left(self) -> int | None:
        """How many codes can still be used; None where each can be used again and again."""
        return None if self.list.reusable else self.codes - self.used


class CodeFigures(NamedTuple):
    """A code and how often it was used."""

    id: int
    code: str
    uses: int


class KnownCode(NamedTuple):
    """A code that was there already: its line of the input (from 1), and the list that has it."""

    line: int
    code: str
    list: str


class NoCode(NamedTuple):
    """What is no code, and its line of the input (from 1)."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Added:
    """What came of codes that were told: how many are new, which were there already, and what is no code."""

    added: int
    known: Sequence[KnownCode]
    refused: Sequence[NoCode]


def lists(session: Session, *only: ColumnElement[bool]) -> list[ListFigures]:
    """The lists by name with their figures, in one statement that reads no code but those that were used."""
    of_list = PromoCode.list_id.label("list_id")
    counted = select(of_list, func.count().label("codes")).group_by(of_list).subquery()
    of_use = select(of_list, PromoCodeUse.code_id).join(PromoCode, PromoCode.id == PromoCodeUse.code_id).subquery()
    used = (
        select(of_use.c.list_id, func.count(of_use.c.code_id.distinct()).label("used"), func.count().label("uses"))
        .group_by(of_use.c.list_id)
        .subquery()
    )
    rows = (
        select(PromoCodeList, *(func.coalesce(each, 0) for each in (counted.c.codes, used.c.used, used.c.uses)))
        .outerjoin(counted, counted.c.list_id == PromoCodeList.id)
        .outerjoin(used, used.c.list_id == PromoCodeList.id)
        .where(*only)
        .order_by(func.lower(PromoCodeList.name), PromoCodeList.id)
    )
    return [ListFigures(*row) for row in session.execute(rows)]


def code_list(session: Session, list_id: int) -> PromoCodeList:
    """A list; NotFound where there is none."""
    found = session.get(PromoCodeList, list_id)
    if found is None:
        raise NotFound("promo_code_list", _("There is no list of promo codes %(id)s", id=list_id))
    return found


def create_list(session: Session, data: ListData) -> PromoCodeList:
    """A new list, with its id. Refused, at the field to mend, where it cannot be taken."""
    return _write(session, PromoCodeList(), data)


def change_list(session: Session, list_id: int, data: ListData) -> PromoCodeList:
    """Change a list as a whole; of one that becomes a list of one use, what was used is used up. Refused as above."""
    return _write(session, code_list(session, list_id), data)


def codes(
    session: Session, list_id: int, query: str = "", *, after: int = 0, limit: int = 100
) -> Sequence[CodeFigures]:
    """The codes of a list in the order of their coming, from behind the id `after`; those that begin with `query`."""
    use_count = select(func.count()).where(PromoCodeUse.code_id == PromoCode.id).correlate(PromoCode).scalar_subquery()
    wanted = select(PromoCode.id, PromoCode.code, use_count).where(PromoCode.list_id == list_id, PromoCode.id > after)
    if query.strip():
        # What can be no code begins no code either: an empty answer, not all of them.
        begins = normalised(query)
        wanted = wanted.where(PromoCode.code.startswith(begins, autoescape=True) if begins else ~true())
    return [CodeFigures(*row) for row in session.execute(wanted.order_by(PromoCode.id).limit(limit))]


def add_codes(session: Session, list_id: int, told: Sequence[str]) -> Added:
    """Add codes to a list, one a line, or several parted by commas, semicolons or tabs; in a few statements.

    What is there already, in whichever list, stays where it is, and what is no code is left out; both are reported.
    Refused where there are none, or more than `CODES_AT_ONCE_MAX`.
    """
    found = code_list(session, list_id)
    lines: dict[str, int] = {}
    twice, refused = [], []
    for line, row in enumerate(told, 1):
        for text in filter(str.strip, _BETWEEN.split(row)):
            code = normalised(text)
            if code is None:
                refused.append(NoCode(line, text.strip()[:100]))
            elif code in lines:
                twice.append(KnownCode(line, code, found.name))
            else:
                lines[code] = line
    if not lines and not refused:
        raise Refused("codes", _("Write at least one code"))
    if len(lines) + len(twice) + len(refused) > CODES_AT_ONCE_MAX:
        raise Refused("codes", _("Add at most %(most)s codes at once", most=CODES_AT_ONCE_MAX))
    # In one order everywhere, so that two who paste the same codes never wait for one another in a ring.
    asked = text_set(session, sorted(lines)).subquery()
    rows = select(literal(list_id), asked.c.text).where(true()).order_by(asked.c.text)
    written = insert_into(session, PromoCode).from_select(["list_id", "code"], rows).on_conflict_do_nothing()
    new = set(session.scalars(written.returning(PromoCode.code)))
    there = {code for code in lines if code not in new}
    owners = (
        select(PromoCode.code, PromoCodeList.name)
        .join(PromoCodeList, PromoCodeList.id == PromoCode.list_id)
        .where(PromoCode.code.in_(text_set(session, sorted(there))))
    )
    owner_of: dict[str, str] = dict(session.execute(owners).all()) if there else {}
    known = [*twice, *(KnownCode(lines[code], code, owner_of.get(code, "")) for code in there)]
    return Added(len(new), sorted(known), refused)


def remove_code(session: Session, list_id: int, code_id: int) -> str:
    """Remove a code that was never used, and answer it. NotFound; Conflict for one that was used: it stays."""
    code = session.scalar(select(PromoCode.code).where(PromoCode.id == code_id, PromoCode.list_id == list_id))
    if code is None:
        raise NotFound("promo_code", _("There is no promo code %(id)s in this list", id=code_id))
    unused = ~exists().where(PromoCodeUse.code_id == PromoCode.id)
    if session.scalar(delete(PromoCode).where(PromoCode.id == code_id, unused).returning(PromoCode.id)) is None:
        raise Conflict("promo_code", _("The code %(code)s was used: it stays", code=code))
    return code


def _write(session: Session, found: PromoCodeList, data: ListData) -> PromoCodeList:
    if not 1 <= len(data.name) <= NAME_MAX:
        raise Refused("name", _("Write a name of at most %(most)s characters", most=NAME_MAX))
    if len(data.description) > DESCRIPTION_MAX:
        raise Refused("description", _("Write at most %(most)s characters", most=DESCRIPTION_MAX))
    with session.no_autoflush:
        namesake = session.scalar(select(PromoCodeList.id).where(PromoCodeList.name == data.name))
    if namesake not in (None, found.id):
        raise Refused("name", _("Choose another name: there is a list with this one"))
    found.name, found.description = data.name, data.description
    found.active, found.reusable = data.active, data.reusable
    session.add(found)
    session.flush()
    return found
