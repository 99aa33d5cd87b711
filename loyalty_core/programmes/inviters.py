"""Who invited whom ("Приведи друга"): nobody is invited by themselves, directly or through friends."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.merged import check_customer
from loyalty_core.customers.rows import Customer
from loyalty_core.customers.totals import lock_customers
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _


def set_inviter(session: Session, customer_id: int, inviter_id: int | None) -> None:
    """Say who invited a customer, or (None) that nobody did; what follows from invitations is given from then on.

    Refused where it would close a circle; of two changes at once that would close one together, PostgreSQL refuses the
    second, and on SQLite it sees the first. NotFound, or Merged, where there is no such customer.
    """
    check_customer(session, customer_id)
    if inviter_id is not None:
        check_customer(session, inviter_id, "invited_by")
        lock_customers(session, [customer_id])
        if customer_id == inviter_id or customer_id in inviters_of(session, inviter_id):
            message = _("Choose somebody else: this customer invited them, directly or through friends")
            raise Refused("invited_by", message)
    _write(session, customer_id, inviter_id)


def inviters_of(session: Session, customer_id: int) -> list[int]:
    """Who invited the customer, who invited that one, and so on."""
    above = select(Customer.id, Customer.invited_by_id).where(Customer.id == customer_id).cte("above", recursive=True)
    inviter = select(Customer.id, Customer.invited_by_id).join(above, Customer.id == above.c.invited_by_id)
    everybody = session.scalars(select(above.union(inviter).c.id))
    return [each for each in everybody if each != customer_id]


def move_invitations(session: Session, kept_id: int, gone_id: int) -> None:
    """Make the kept customer of a merge stand where both of them stood, without a circle.

    Whom either invited, the kept one has invited. They stay invited by whom they were, else by who invited the other;
    where the other one stands above them, by who invited the other in any case.
    """
    row = select(Customer.invited_by_id)
    kept_by, gone_by = (session.scalar(row.where(Customer.id == each)) for each in (kept_id, gone_id))
    below = gone_id in inviters_of(session, kept_id)
    above = kept_id in inviters_of(session, gone_id)
    _write(session, gone_id, None)
    if below or (kept_by is None and not above):
        _write(session, kept_id, gone_by)
    friends = update(Customer).where(Customer.invited_by_id == gone_id, Customer.id != kept_id)
    session.execute(friends.values(invited_by_id=kept_id), execution_options={"synchronize_session": False})


def _write(session: Session, customer_id: int, inviter_id: int | None) -> None:
    written = update(Customer).where(Customer.id == customer_id).values(invited_by_id=inviter_id)
    session.execute(written, execution_options={"synchronize_session": False})
