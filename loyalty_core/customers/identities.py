"""The marks that customers are known by, such as cards and phones; their one spelling, and who bears them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from loyalty_core.customers.merged import living_id
from loyalty_core.customers.rows import Customer, Identity
from loyalty_core.database import id_set, text_set
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _

_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")


def normalise(kind: str, text: str) -> str:
    """The one spelling by which a mark is kept and looked up. ValueError says what is wrong with the text.

    An e-mail address is in lower case; a phone is its digits with the country code (without "+" or "00"); a card is its
    letters and digits in upper case; a Telegram id is a number, and a push token stands as it is.
    """
    return _SPELLINGS[kind](text)


def find_customer(
    session: Session,
    *,
    external_id: str | None = None,
    phone: str | None = None,
    card: str | None = None,
    email: str | None = None,
) -> int | None:
    """The id of the customer whom these marks name, or None.

    A number in the CRM of one who has been merged names who they are now.
    Refused where no mark is given, one is misspelled, or they name several people.
    """
    marks = {kind: text for kind, text in (("card", card), ("phone", phone), ("email", email)) if text}
    if not marks and not external_id:
        raise Refused("customer", _("Name the customer by an external id, a phone, a card or an e-mail address"))
    found: set[int | None] = set()
    if external_id:
        found.add(session.scalar(select(living_id()).where(Customer.external_id == external_id)))
    for kind, text in marks.items():
        found.add(session.scalar(_bearer(kind, _spelled(kind, text))))
    if len(found) > 1:
        raise Refused("customer", _("These marks do not name one and the same customer"))
    return found.pop()


def find_scanned(session: Session, code: str) -> int | None:
    """The id of the customer whose card has this code, or else whose external id it is: whatever a scanner reads."""
    try:
        found = session.scalar(_bearer("card", normalise("card", code)))
    except ValueError:
        found = None
    return found or session.scalar(select(living_id()).where(Customer.external_id == code))


def find_customers(session: Session, named: Sequence[int | Mapping[str, str]]) -> list[int]:
    """The ids of customers who are named by their ids or, as `find_customer` takes them, by their marks.

    Who has been merged stands for who they are now. Refused, at the first that names nobody.
    """
    numbers = {each for each in named if isinstance(each, int)}
    known = select(Customer.id, living_id()).where(Customer.id.in_(id_set(session, numbers)))
    living: dict[int, int] = dict(session.execute(known).all())
    found = []
    for place, each in enumerate(named):
        try:
            customer_id = living.get(each) if isinstance(each, int) else find_customer(session, **each)
        except Refused as refused:
            raise Refused(refused.where.replace("customer", f"customers.{place}", 1), refused.message) from None
        if customer_id is None:
            raise Refused(f"customers.{place}", _("Nobody is known by this"))
        found.append(customer_id)
    return found


def bearers(session: Session, kind: str, values: Iterable[str]) -> dict[str, int]:
    """Which customers bear these marks: normalised value → customer."""
    wanted = select(Identity.value, Identity.customer_id).where(
        Identity.kind == kind, Identity.value.in_(text_set(session, list(values)))
    )
    return dict(session.execute(wanted).all())


def _bearer(kind: str, value: str) -> Select[int]:
    return select(Identity.customer_id).where(Identity.kind == kind, Identity.value == value)


def _spelled(kind: str, text: str) -> str:
    try:
        return normalise(kind, text)
    except ValueError as error:
        raise Refused(f"customer.{kind}", str(error)) from error


def _email(text: str) -> str:
    address = text.strip().lower()
    if not _ADDRESS.fullmatch(address) or len(address) > 200:
        raise ValueError(_("Not an e-mail address: %(text)s", text=text))
    return address


def _phone(text: str) -> str:
    digits = re.sub(r"[\s().\-/+]", "", text).removeprefix("00")
    if not re.fullmatch(r"[0-9]{7,15}", digits):
        raise ValueError(_("Not a phone number: %(text)s", text=text))
    return digits


def _card(text: str) -> str:
    number = re.sub(r"[\s\-]", "", text).upper()
    if not number.isalnum() or len(number) > 50:
        raise ValueError(_("Not a card number: %(text)s", text=text))
    return number


def _telegram(text: str) -> str:
    number = text.strip()
    if not re.fullmatch(r"-?[0-9]{1,20}", number):
        raise ValueError(_("Not a Telegram id, which is a number: %(text)s", text=text))
    return number


def _push(text: str) -> str:
    token = text.strip()
    if not re.fullmatch(r"[!-~]{8,200}", token):
        raise ValueError(_("Not a device’s token for push messages: %(text)s", text=text))
    return token


_SPELLINGS: dict[str, Callable[[str], str]] = {
    "email": _email,
    "phone": _phone,
    "card": _card,
    "telegram": _telegram,
    "push": _push,
}
MARKS = tuple(_SPELLINGS)
