"""What can be a bonus type."""

from datetime import date, datetime, time

import pytest
from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.bonus_types import bonus_types, change_bonus_type, create_bonus_type
from loyalty_core.ledger.lifetime import Lifetime
from tests.support.members import NOON, found_organisation, join, lots, open_outlet


def test_a_bonus_type_keeps_its_lifetime(session: Session) -> None:
    new_year = Lifetime(burning="day_of_year", burning_month=1, burning_day=0)
    exact = Lifetime("after_hours", 6, "after_months", 2, to_the_second=True)
    create_bonus_type(session, "  New Year ", new_year)
    create_bonus_type(session, "Exact", exact)
    session.expire_all()
    assert [(found.name, Lifetime.of(found)) for found in bonus_types(session)] == [
        ("Exact", exact),
        ("New Year", new_year),
    ]


def test_a_bonus_type_of_dates_and_times_is_kept_by_the_database(session: Session) -> None:
    dated = Lifetime(
        "on_date",
        burning="on_date",
        activation_time=time(9),
        activation_date=date(2026, 12, 1),
        burning_date=date(2027, 1, 31),
    )
    for number, lifetime in enumerate(
        (dated, Lifetime(burning="after_weeks", burning_amount=2), Lifetime(burning="end_of_month", burning_amount=0))
    ):
        kept = create_bonus_type(session, str(number), lifetime)
        session.expire_all()
        assert Lifetime.of(kept) == lifetime


def test_a_changed_bonus_type_changes_only_later_accruals(session: Session) -> None:
    (anna,) = join(session)
    kind = create_bonus_type(session, "Welcome", Lifetime.days(2))

    def accrue(key: str) -> datetime | None:
        accrue_to_many(
            session,
            [Recipient(anna, key)],
            amount=100,
            lifetime=Lifetime.of(kind),
            bonus_type_id=kind.id,
            source="api",
            at=NOON,
        )
        return lots(session, anna)[-1].expires_at

    before = accrue("a")
    change_bonus_type(session, kind, "Welcome", Lifetime())
    assert accrue("b") is None
    assert lots(session, anna)[0].expires_at == before


def test_a_bonus_type_keeps_its_own_name_and_takes_no_others(session: Session) -> None:
    create_bonus_type(session, "Taken", Lifetime())
    kind = create_bonus_type(session, "Own", Lifetime())
    change_bonus_type(session, kind, " Own ", Lifetime.days(1))
    with pytest.raises(Refused):
        change_bonus_type(session, kind, "Taken", Lifetime())


def test_customers_of_different_zones_become_active_at_their_own_time_of_day(session: Session) -> None:
    found_organisation(session, "Europe/London")
    people = [*join(session), *join(session, 1, open_outlet(session, "Paris", "Europe/Paris"))]
    recipients = [Recipient(person, "a") for person in people]
    accrue_to_many(session, recipients, amount=1, lifetime=Lifetime(activation_time=time(15)), source="api", at=NOON)
    assert [lots(session, person)[0].active_at.hour for person in people] == [15, 14]


@pytest.mark.parametrize(
    ("name", "lifetime", "where"),
    [
        (" ", Lifetime(), "name"),
        ("x" * 201, Lifetime(), "name"),
        ("Ninety days", Lifetime(), "name"),
        ("None", Lifetime.days(0), "burning_amount"),
    ],
)
def test_what_cannot_be_a_bonus_type_is_refused_at_its_place(
    session: Session, name: str, lifetime: Lifetime, where: str
) -> None:
    create_bonus_type(session, "Ninety days", Lifetime.days(90))
    with pytest.raises(Refused) as refusal:
        create_bonus_type(session, name, lifetime)
    assert refusal.value.where == where
    assert len(bonus_types(session)) == 1
