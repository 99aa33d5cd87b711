"""What programmes and customer groups promise: tiers, one default, archives, and who follows what."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.groups import GroupData, change_group, create_group, group_figures, move_customers
from loyalty_core.customers.registration import CustomerData, register, register_many
from loyalty_core.customers.rows import Customer, CustomerTotals
from loyalty_core.errors import NotFound, Refused
from loyalty_core.programmes.changes import (
    ProgrammeData,
    TierData,
    change_programme,
    create_programme,
    programmes,
)
from loyalty_core.programmes.rows import CustomerGroup, Programme
from loyalty_core.programmes.terms import Terms, terms_of
from loyalty_core.till.checkout import LineData, PurchaseData, place

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SKY = ProgrammeData("Savings", "bonus", [TierData(0, 200), TierData(100_000, 300), TierData(300_000, 500)])


def anna(session: Session, bought: int = 0, name: str = "A-1") -> int:
    """A customer who has bought for so much."""
    customer_id = register(session, CustomerData(external_id=name), NOW).id
    session.get_one(CustomerTotals, customer_id).purchase_sum = bought
    session.flush()
    return customer_id


def refused(session: Session, data: ProgrammeData) -> str:
    with pytest.raises(Refused) as refusal:
        create_programme(session, data)
    return refusal.value.where


@pytest.mark.parametrize(
    ("bought", "rate"),
    [(0, 200), (99_999, 200), (100_000, 200), (100_001, 300), (299_999, 300), (300_000, 300), (300_001, 500)],
)
def test_strictly_more_than_the_threshold_moves_up(session: Session, bought: int, rate: int) -> None:
    create_programme(session, replace(SKY, is_default=True))
    assert terms_of(session, anna(session, bought), 0).bonus_rate == rate


def test_the_current_purchase_counts_only_where_the_flag_says_so(session: Session) -> None:
    programme = create_programme(session, replace(SKY, is_default=True))
    customer_id = anna(session, 60_000)
    assert terms_of(session, customer_id, 50_000).bonus_rate == 200
    change_programme(session, programme.id, replace(SKY, is_default=True, counts_current=True))
    assert terms_of(session, customer_id, 40_000).bonus_rate == 200
    assert terms_of(session, customer_id, 40_001).bonus_rate == 300


def test_a_new_default_programme_takes_the_place_of_the_old_one(session: Session) -> None:
    first = create_programme(session, replace(SKY, is_default=True))
    second = create_programme(session, replace(SKY, name="Discounts", is_default=True))
    assert list(session.scalars(select(Programme.id).where(Programme.is_default))) == [second.id]
    change_programme(session, first.id, replace(SKY, is_default=True))
    assert list(session.scalars(select(Programme.id).where(Programme.is_default))) == [first.id]


def test_who_registers_gets_the_default_programme_and_keeps_it(session: Session) -> None:
    before = anna(session, name="before")
    first = create_programme(session, replace(SKY, is_default=True))
    then = anna(session, name="then")
    second = create_programme(session, replace(SKY, name="Richer", tiers=[TierData(0, 900)], is_default=True))
    later = anna(session, name="later")
    followed = [terms_of(session, each, 0).programme for each in (before, then, later)]
    assert followed == [second, first, second]


def test_who_registers_gets_the_default_group(session: Session) -> None:
    programme = create_programme(session, replace(SKY, is_default=True))
    create_group(session, GroupData("Regulars"))
    new = create_group(session, GroupData("New", programme_id=programme.id, is_default=True))
    registered = register_many(session, [CustomerData(external_id=each) for each in "abc"], NOW)
    found = session.scalars(select(Customer.customer_group_id).where(Customer.id.in_(registered.ids.values())))
    assert list(found) == [new.id] * 3
    create_group(session, GroupData("Newer", is_default=True))
    assert list(session.scalars(select(CustomerGroup.name).where(CustomerGroup.is_default))) == ["Newer"]


def test_a_group_goes_before_the_customers_own_programme(session: Session) -> None:
    create_programme(session, replace(SKY, is_default=True))
    gold = create_programme(session, replace(SKY, name="Gold", tiers=[TierData(0, 1000)]))
    customer_id = anna(session)
    move_customers(session, [customer_id], create_group(session, GroupData("Gold", programme_id=gold.id)).id)
    assert terms_of(session, customer_id, 0).bonus_rate == 1000
    move_customers(session, [customer_id], None)
    assert terms_of(session, customer_id, 0).bonus_rate == 200


def test_in_a_group_without_a_programme_bonuses_neither_come_nor_pay(session: Session) -> None:
    create_programme(session, replace(SKY, is_default=True))
    customer_id, group = anna(session), create_group(session, GroupData("Staff"))
    move_customers(session, [customer_id], group.id)
    assert terms_of(session, customer_id, 0) == Terms(payable_rate=0, group_id=group.id)
    assert group.kind == "none"


def test_where_no_rules_were_set_up_bonuses_may_pay_everything(session: Session) -> None:
    assert terms_of(session, anna(session), 100) == Terms()


def test_an_archived_programme_goes_on_for_those_who_have_it(session: Session) -> None:
    programme = create_programme(session, SKY)
    group = create_group(session, GroupData("Old hands", programme_id=programme.id))
    customer_id = anna(session)
    move_customers(session, [customer_id], group.id)
    change_programme(session, programme.id, replace(SKY, archived=True))
    assert not programmes(session)
    assert programmes(session, archived=True) == [programme]
    assert terms_of(session, customer_id, 0).bonus_rate == 200
    assert change_group(session, group.id, GroupData("Hands", programme_id=programme.id)).name == "Hands"
    with pytest.raises(Refused, match="programme"):
        create_group(session, GroupData("New hands", programme_id=programme.id))


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"kind": "gift"}, "kind"),
        ({"payable_rate": 10_001}, "payable_percent"),
        ({"delay_days": -1}, "delay_days"),
        ({"accrual_time": time(9)}, "accrual_time"),
        ({"lifetime_days": 0}, "lifetime_days"),
        ({"is_default": True, "archived": True}, "archived"),
        ({"tiers": []}, "tiers"),
        ({"tiers": [TierData(100, 200)]}, "tiers"),
        ({"tiers": [TierData(0, 200), TierData(0, 300)]}, "tiers.1.above"),
        ({"tiers": [TierData(0, 10_001)]}, "tiers.0.bonus_percent"),
        ({"tiers": [TierData(0, 100, 100)]}, "tiers.0.discount_percent"),
    ],
)
def test_a_programme_that_cannot_be_is_refused_with_its_place(session: Session, told, where: str) -> None:
    assert refused(session, replace(SKY, **told)) == where
    assert not programmes(session, archived=True)


def test_names_are_told_apart(session: Session) -> None:
    programme = create_programme(session, SKY)
    assert refused(session, SKY) == "name"
    change_programme(session, programme.id, replace(SKY, description="the same name is its own"))
    create_group(session, GroupData("New"))
    with pytest.raises(Refused, match="name"):
        create_group(session, GroupData("New"))
    with pytest.raises(NotFound):
        change_programme(session, 404, SKY)


def test_a_changed_programme_has_the_tiers_that_are_told(session: Session) -> None:
    programme = create_programme(session, SKY)
    tiers = [TierData(0, 0, 500), TierData(100_000, 0, 700)]
    change_programme(session, programme.id, ProgrammeData("Savings", "discount", tiers))
    session.expire_all()
    found = session.get_one(Programme, programme.id)
    assert [(tier.above, tier.bonus_rate, tier.discount_rate) for tier in found.tiers] == [
        (0, 0, 500),
        (100_000, 0, 700),
    ]


def test_the_report_counts_customers_and_averages_by_receipt(session: Session) -> None:
    group = create_group(session, GroupData("Regulars"))
    two = [anna(session, name=each) for each in ("a", "b")]
    outside = anna(session, name="c")
    move_customers(session, two, group.id)
    for number, (customer_id, amount, days) in enumerate(
        [(two[0], 10_000, 0), (two[0], 20_000, 1), (two[1], 30_000, 2), (two[1], 99_900, 3), (outside, 101, 0)]
    ):
        lines = [LineData("tea", "", "", Decimal(1), amount)]
        place(session, PurchaseData(str(number), customer_id, None, NOW + timedelta(days=days), lines), NOW)
    regulars, others = group_figures(session, NOW, NOW + timedelta(days=3))
    assert regulars == (group, 2, 3, 60_000, 20_000)
    assert others == (None, 1, 1, 101, 101)
    assert group_figures(session, NOW + timedelta(days=9), NOW + timedelta(days=10))[0] == (group, 2, 0, 0, None)


def test_those_without_rules_of_their_own_are_reported_with_the_default_group(session: Session) -> None:
    anna(session)
    group = create_group(session, GroupData("Everybody", is_default=True))
    assert [(row.group, row.customers) for row in group_figures(session, NOW, NOW)] == [(group, 1)]
