"""Members of a programme with bonuses, made in one line each."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.rows import Lot
from loyalty_core.organisation import Organisation, Outlet

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FOREVER = Lifetime()


def found_organisation(session: Session, zone: str) -> None:
    session.merge(Organisation(id=1, name="Harbour Gifts", zone=zone))
    session.flush()


def open_outlet(session: Session, name: str, zone: str | None) -> int:
    outlet = Outlet(name=name, zone=zone)
    session.add(outlet)
    session.flush()
    return outlet.id


def join(session: Session, count: int = 1, outlet: int | None = None) -> list[int]:
    """Register so many customers; returns their ids."""
    customers = [Customer(registered_at=NOON, outlet_id=outlet) for _ in range(count)]
    session.add_all(customers)
    session.flush()
    return [customer.id for customer in customers]


def grant(
    session: Session, customer: int, amount: int, key: str, lifetime: Lifetime = FOREVER, at: datetime = NOON
) -> Lot:
    """Accrue to one customer; returns the lot."""
    accrue_to_many(session, [Recipient(customer, key)], amount=amount, lifetime=lifetime, source="api", at=at)
    return lots(session, customer)[-1]


def lots(session: Session, customer: int) -> list[Lot]:
    """The customer's lots as the database has them now, in the order of accrual."""
    session.expire_all()
    return sorted(session.query(Lot).filter_by(customer_id=customer), key=lambda lot: lot.id)
