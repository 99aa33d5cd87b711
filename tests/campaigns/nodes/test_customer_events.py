"""Triggers that listen to what happens to a customer: registration, activation, a block."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from campaigns.runtime.clock import drain
from campaigns.runtime.rows import Enrollment
from loyalty_core.customers.blocks import block, unblock
from loyalty_core.events import record
from loyalty_core.settings import Settings
from tests.campaigns.town import NOON, Town

LETTER = {"type": "send_letter", "subject": "For you", "body": "News."}


def entered(town: Town) -> list[int]:
    with town.database.read() as session:
        return list(session.scalars(select(Enrollment.customer_id).order_by(Enrollment.id)))


def test_each_registration_starts_a_trip(town: Town, settings: Settings) -> None:
    town.customers(1)
    drain(town.database, NOON - timedelta(hours=2), settings)
    town.publish({"type": "customer_registered"}, LETTER)
    new = town.customers(2, registered=NOON)
    drain(town.database, NOON, settings)
    assert entered(town) == new


def test_a_block_starts_a_trip_and_so_does_the_next_one(town: Town, settings: Settings) -> None:
    (anna,) = town.customers(1)
    town.publish({"type": "customer_blocked"}, LETTER)
    with town.database.begin() as session:
        block(session, anna, "too often", NOON)
        block(session, anna, "again", NOON)
    drain(town.database, NOON, settings)
    assert entered(town) == [anna]
    with town.database.begin() as session:
        unblock(session, anna, NOON)
        block(session, anna, "once more", NOON)
    drain(town.database, NOON, settings)
    assert entered(town) == [anna, anna]


@pytest.mark.parametrize("kind", ["registered", "activated", "blocked"])
def test_it_listens_to_its_own_event_only(town: Town, settings: Settings, kind: str) -> None:
    anna, boris = town.customers(2)
    drain(town.database, NOON - timedelta(hours=2), settings)
    town.publish({"type": f"customer_{kind}"}, LETTER)
    with town.database.begin() as session:
        record(session, f"customer.{kind}", anna, NOON)
        record(session, "customer.tagged", boris, NOON)
    drain(town.database, NOON, settings)
    assert entered(town) == [anna]
