"""Finds a customer by what a person types or a scanner reads: a card, a phone, an e-mail address, their number."""

from sqlalchemy.orm import Session

from loyalty_core.customers.identities import find_customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _


def who(session: Session, text: str, where: str = "who") -> int:
    """The customer's id. Refused, at the field, where nothing was typed or nobody is known by it."""
    mark = text.strip()
    if not mark or "\0" in mark:
        raise Refused(where, _("Write a card, a phone, an e-mail address or the customer’s number"))
    for kind in ("external_id", "card", "phone", "email"):
        try:
            found = find_customer(session, **{kind: mark})
        except Refused:
            continue  # no spelling of this kind of mark
        if found is not None:
            return found
    raise Refused(where, _("Nobody is known by “%(mark)s”", mark=mark))
