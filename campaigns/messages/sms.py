"""How many parts an SMS takes, and what they cost: by the real encoding, or by a flat rule of the price list."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, insert_into
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext

COUNTINGS = ("encoding", "flat70")
PRICE_MAX = 10**9
FLAT_CHARACTERS = 70
# One part alone, and each of several (their headers take room): in septets, and in units of 16 bits.
GSM_7, UCS_2 = (160, 153), (70, 67)

# 3GPP TS 23.038, 6.2.1: the default alphabet, and what takes an escape before it.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


class SmsTariff(Base):
    """What a part of an SMS costs, in minor units of the organisation's currency, and how parts are counted.

    `counting` is `encoding` (GSM-7 or UCS-2, as networks do) or `flat70` (every 70 characters are a part, as in
    SkyService's price list). One row, as the organisation has.
    """

    __tablename__ = "sms_tariff"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("counting IN ('encoding', 'flat70')", name="counting"),
        CheckConstraint("part_price >= 0", name="part_price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    part_price: Mapped[int] = mapped_column(BigInteger, default=0)
    counting: Mapped[str] = mapped_column(String(10), default="encoding")


class Cost(NamedTuple):
    """An SMS as it is paid for: `encoding` is GSM-7, UCS-2 or empty (flat); `price` in minor units."""

    characters: int
    encoding: str
    parts: int
    price: int


def sms_tariff(session: Session) -> SmsTariff:
    """The tariff; before it was set, a part costs nothing and the encoding counts."""
    return session.get(SmsTariff, 1) or SmsTariff(id=1, part_price=0, counting="encoding")


def set_sms_tariff(session: Session, part_price: int, counting: str) -> SmsTariff:
    """Say what a part costs (minor units) and how parts are counted; Refused at the field to mend."""
    if not 0 <= part_price <= PRICE_MAX:
        raise Refused("part_price", gettext("Write a price from 0 to 10 000 000"))
    if counting not in COUNTINGS:
        raise Refused("counting", gettext("Choose how parts are counted"))
    values = {"part_price": part_price, "counting": counting}
    insert = insert_into(session, SmsTariff).values(id=1, **values)
    session.execute(insert.on_conflict_do_update(index_elements=[SmsTariff.id], set_=values))
    return session.get_one(SmsTariff, 1, populate_existing=True)


def cost(text: str, tariff: SmsTariff) -> Cost:
    """The parts and the price of a text; an empty one has no part."""
    if tariff.counting == "flat70":
        parts, encoding = -(-len(text) // FLAT_CHARACTERS), ""
    else:
        encoding = "GSM-7" if set(text) <= _BASIC | _EXTENDED else "UCS-2"
        parts = _gsm_parts(text) if encoding == "GSM-7" else _ucs_parts(text)
    return Cost(len(text), encoding, parts, parts * tariff.part_price)


def _gsm_parts(text: str) -> int:
    return _parts((2 if character in _EXTENDED else 1 for character in text), *GSM_7)


def _ucs_parts(text: str) -> int:
    return _parts((2 if ord(character) > 0xFFFF else 1 for character in text), *UCS_2)


def _parts(units: Iterable[int], alone: int, each: int) -> int:
    """What takes two units is never torn between two parts."""
    taken = list(units)
    if sum(taken) <= alone:
        return 1 if taken else 0
    parts, room = 1, each
    for unit in taken:
        if unit > room:
            parts, room = parts + 1, each
        room -= unit
    return parts
