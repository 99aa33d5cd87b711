"""A question whose answer is not wanted any more is stopped in the database."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.stopping import Stopped, while_wanted
from tests.support.endless import ENDLESS


def test_what_is_not_wanted_any_more_is_stopped_and_the_next_question_is_answered(database: Database) -> None:
    for _ in range(2):
        with database.read() as session, pytest.raises(Stopped), while_wanted(session, lambda: False):
            session.execute(ENDLESS)
        with database.read() as session:
            assert session.scalars(select(Customer.id)).all() == []


def test_one_that_begins_after_the_word_came_is_stopped_too(database: Database) -> None:
    told = threading.Event()

    def ask() -> None:
        with database.read() as session, while_wanted(session, lambda: told.set() or False):  # type: ignore[func-returns-value]
            assert told.wait(10)
            session.execute(ENDLESS)

    with pytest.raises(Stopped):
        ask()


def test_what_is_wanted_goes_on_and_its_own_troubles_stay_what_they_are(database: Database) -> None:
    with database.read() as session, while_wanted(session, lambda: True):
        assert session.scalars(select(Customer.id)).all() == []
    refused = OperationalError("", {}, Exception())
    with database.read() as session, pytest.raises(OperationalError), while_wanted(session, lambda: True):
        raise refused
