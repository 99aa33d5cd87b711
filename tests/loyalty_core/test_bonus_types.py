"""What can be a bonus type."""

import pytest
from sqlalchemy.orm import Session

from loyalty_core.bonus_types import bonus_types, create_bonus_type
from loyalty_core.errors import Refused
from loyalty_core.lifetime import Lifetime


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
