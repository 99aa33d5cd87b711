"""The ledger against a plain model of it that shares no code with it: random histories, with clocks that jump."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.merged import now_known_as
from loyalty_core.customers.merging import merge
from loyalty_core.errors import Conflict, Refused
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.adjustment import adjust_many
from loyalty_core.ledger.balance import balance, balances, spendable
from loyalty_core.ledger.burning import burn_due
from loyalty_core.ledger.liability import liabilities
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.proof import proof
from loyalty_core.ledger.redemption import redeem
from loyalty_core.ledger.reversal import reverse_many
from loyalty_core.ledger.reversal_plan import Reversal
from loyalty_core.ledger.rows import Entry, Operation
from tests.loyalty_core.ledger.model import (
    ORGANISATION,
    OUTLET,
    OUTLETS,
    PEOPLE,
    STEPS,
    Adjust,
    Burn,
    Grant,
    Jump,
    Merge,
    Model,
    Reverse,
    Spend,
    Step,
)
from tests.support.members import found_organisation, join, open_outlet

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def apply(session: Session, people: list[int], outlets: list[int], model: Model, step: Step, at: datetime) -> None:
    """Do the step to the ledger and to its model: both say the same of it."""
    match step:
        case Grant():
            lifetime = Lifetime(
                activation="after_hours" if step.delay_hours else "at_once",
                activation_amount=step.delay_hours or None,
                burning="never" if step.days is None else "after_days",
                burning_amount=step.days,
            )
            recipients = [Recipient(people[person], step.key) for person in step.people]
            expected = model.grant(step)
            try:
                with session.begin_nested():
                    asked = accrue_to_many(
                        session,
                        recipients,
                        amount=step.amount,
                        lifetime=lifetime,
                        source="api",
                        at=at,
                        outlet_ids=[outlets[outlet] for outlet in step.outlets],
                    )
            except Conflict:
                assert expected is None
            else:
                assert tuple(asked) == expected
        case Spend():
            outlet = None if step.outlet is None else outlets[step.outlet]
            assert spend(session, people[step.person], outlet, step, at) == model.spend(step)
        case Adjust():
            corrected = model.adjust(step)
            try:
                with session.begin_nested():
                    done = adjust_many(
                        session,
                        [Recipient(people[person], step.key) for person in step.people],
                        amount=step.amount,
                        reason="Goodwill",
                        author="Olga",
                        lifetime=Lifetime() if step.days is None else Lifetime.days(step.days),
                        source="page",
                        at=at,
                    )
            except Conflict:
                assert corrected is None
            else:
                short = [people.index(customer) for customer in done.short]
                assert (done.new, done.repeated, short) == corrected
        case Reverse():
            target = model.target(step)
            if target is not None:
                expected_of_reversal = model.reverse(step, target)
                assert reverse(session, people[step.person], target, step, at) == expected_of_reversal
        case Burn():
            assert burn_due(session, at, step.limit) == model.burn(step)
        case Merge():
            moments = [at + timedelta(days=days) for days in (-1, 0, 1, 3)]
            owed = [liabilities(session, moment) for moment in moments]
            assert join_into(session, people[step.kept], people[step.gone], at) == model.merge(step)
            assert [liabilities(session, moment) for moment in moments] == owed
        case Jump():
            model.now += step.seconds


def join_into(session: Session, kept: int, gone: int, at: datetime) -> str:
    known = gone in now_known_as(session, [gone])
    try:
        merge(session, kept, gone, at, "Olga")
    except Conflict:
        return "conflict"
    except Refused:
        return "refused"
    return "again" if known else "done"


def spend(session: Session, customer: int, outlet: int | None, step: Spend, at: datetime) -> str:
    try:
        redeemed = redeem(session, customer, amount=step.amount, key=step.key, at=at, source="api", outlet_id=outlet)
    except Conflict:
        return "conflict"
    except Refused:
        return "refused"
    return "again" if redeemed.repeated else "done"


def reverse(session: Session, customer: int, target: str, step: Reverse, at: datetime) -> str | tuple[int, int]:
    operation = session.scalars(
        select(Operation.id).where(Operation.customer_id == customer, Operation.idempotency_key == target)
    ).one()
    asked = [Reversal(customer, step.key, operation, step.amount)]
    try:
        with session.begin_nested():
            (found,) = reverse_many(session, asked, at=at, source="api")
    except Conflict:
        return "conflict"
    except Refused:
        return "refused"
    return "again" if found.repeated else (found.amount, found.debt)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=10, max_size=40))
def test_the_ledger_says_what_a_plain_model_of_it_says(session: Session, steps: list[Step]) -> None:
    history = session.begin_nested()
    try:
        run_through(session, steps)
    finally:
        # After a failure too, so that hypothesis can look for a shorter one.
        history.rollback()
        session.expunge_all()


def run_through(session: Session, steps: list[Step]) -> None:
    found_organisation(session, ORGANISATION[0])
    outlets = [open_outlet(session, f"Phoenix {number}", OUTLET[0]) for number in range(OUTLETS)]
    people = [*join(session), *join(session, PEOPLE - 1, outlets[0])]
    model = Model()
    for turn, step in enumerate(steps):
        apply(session, people, outlets, model, step, EPOCH + timedelta(seconds=model.now))
        # What is wrong stays wrong: it is enough to look closely at one person after each step, at all in the end.
        compare(session, people, outlets, model, [turn % PEOPLE])
    compare(session, people, outlets, model, range(PEOPLE))
    own = select(func.coalesce(func.sum(Entry.amount), 0)).where(Entry.customer_id.in_(people))
    assert session.scalar(own) == model.moved
    assert proof(session) == []


def compare(session: Session, people: list[int], outlets: list[int], model: Model, closely: Iterable[int]) -> None:
    """What everybody has active is what the model says, and of these persons all that can be asked."""
    now = EPOCH + timedelta(seconds=model.now)
    active = balances(session, people, now)
    assert [active[customer] for customer in people] == [model.active(person) for person in range(PEOPLE)]
    for person in closely:
        found = balance(session, people[person], now)
        assert (found.active, found.awaiting) == (model.active(person), model.awaiting(person))
        assert found.debt == model.debts.get(person, 0)
        for place, outlet in [(None, None), *enumerate(outlets)]:
            assert spendable(session, people[person], outlet, now) == model.active_at(person, place)
