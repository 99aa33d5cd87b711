"""Selections: frozen when they are opened, ticked and narrowed in place of the whole base, and cleared away in time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from loyalty_core.customers.merging import merge
from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.customers.rows import Customer
from loyalty_core.errors import NotFound, Refused
from segmenter.segments import create
from segmenter.selections import members
from segmenter.selections.cleaning import KEPT, clear_old
from segmenter.selections.opening import open_selection
from segmenter.selections.rows import Selection, SelectionMember
from tests.support.selections import narrow, open_segment, open_tree, women_and_men

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WOMEN = {"all": [{"condition": "sex", "op": "is", "value": "female"}]}


@pytest.fixture
def people(session: Session) -> list[int]:
    """Ten customers; every other one is a woman."""
    return women_and_men(session, 10, NOW)


def test_a_selection_keeps_who_was_found_when_it_was_opened(session: Session, people: list[int]) -> None:
    opened = open_tree(session, {"all": []}, NOW, "Anna")
    register(session, CustomerData(first_name="Later", registered_at=NOW), NOW)
    assert members.figures(session, opened.id) == (10, 10)
    assert (opened.origin, opened.created_by) == ("All customers", "Anna")


def test_a_selection_says_in_words_what_found_it(session: Session, people: list[int]) -> None:
    women = create(session, "Women", WOMEN, NOW)
    assert open_segment(session, women.id, NOW, "Anna").origin == "Segment “Women”"


def test_who_is_unticked_stays_and_who_is_dropped_is_gone(session: Session, people: list[int]) -> None:
    opened = open_tree(session, {"all": []}, NOW, "Anna").id
    members.tick(session, opened, people[:3], False)
    members.drop(session, opened, people[9])
    assert members.figures(session, opened) == (9, 6)
    assert members.unticked(session, opened, people) == set(people[:3])
    members.tick(session, opened, None, False)
    assert members.figures(session, opened) == (9, 0)
    members.tick(session, opened, None, True)
    assert set(session.scalars(members.ticked(opened))) == set(people[:9])


def test_narrowing_is_an_and_that_keeps_the_ticks(session: Session, people: list[int]) -> None:
    wide = open_tree(session, {"all": []}, NOW, "Anna").id
    members.tick(session, wide, people[:2], False)
    narrowed = narrow(session, wide, WOMEN, NOW, "Anna")
    assert members.figures(session, narrowed.id) == (5, 4)
    assert members.figures(session, wide) == (10, 8)
    assert "All customers; of these:" in narrowed.origin


def test_customers_are_read_page_by_page(session: Session, people: list[int]) -> None:
    opened = open_selection(session, people, "By hand", NOW, "Anna").id
    first = members.page(session, opened, limit=6)
    second = members.page(session, opened, after=first[-1].id, limit=6)
    assert [each.id for each in [*first, *second]] == people


def test_who_has_been_merged_into_another_is_in_it_no_longer(session: Session, people: list[int]) -> None:
    opened = open_selection(session, people, "By hand", NOW, "Anna").id
    merge(session, people[0], people[1], NOW, "Anna")
    assert members.figures(session, opened) == (9, 9)


def test_a_wrong_tree_is_refused_at_its_place(session: Session, people: list[int]) -> None:
    wrong = {"all": [{"condition": "sex", "op": "is", "value": "perhaps"}]}
    opened = open_tree(session, {"all": []}, NOW, "Anna").id
    for attempt in (lambda: open_tree(session, wrong, NOW, "Anna"), lambda: narrow(session, opened, wrong, NOW, "A")):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.where.startswith("tree.all.0")


def test_old_selections_that_nobody_acted_on_are_cleared_away(session: Session, people: list[int]) -> None:
    old = open_tree(session, {"all": []}, NOW - KEPT - timedelta(hours=1), "Anna").id
    kept = open_tree(session, {"all": []}, NOW - KEPT - timedelta(hours=1), "Anna").id
    new = open_tree(session, {"all": []}, NOW, "Anna").id
    acted_on = select(Selection.id).where(Selection.id == kept)
    assert clear_old(session, NOW, acted_on) > 0
    assert clear_old(session, NOW, acted_on) == 0
    assert set(session.scalars(select(Selection.id))) == {kept, new}
    assert session.scalar(select(func.count()).where(SelectionMember.selection_id == old)) == 0
    session.expire_all()
    with pytest.raises(NotFound):
        members.selection(session, old)


def test_ten_thousand_are_opened_ticked_and_narrowed_in_as_many_statements_as_ten(
    session: Session, people: list[int]
) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        seen.append(sql)

    def statements() -> int:
        seen.clear()
        opened = open_tree(session, {"all": []}, NOW, "Anna").id
        members.tick(session, opened, None, False)
        members.tick(session, opened, None, True)
        narrow(session, opened, WOMEN, NOW, "Anna")
        members.figures(session, opened)
        return len(seen)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    statements()  # what a session reads only once
    few = statements()
    session.execute(
        insert(Customer), [{"first_name": "Many", "sex": "female", "registered_at": NOW} for _ in range(9_990)]
    )
    assert statements() == few
    event.remove(engine, "before_cursor_execute", note)
