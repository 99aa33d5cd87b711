"""Saved segments: named once, changed, listed, and not deleted while in use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Conflict, NotFound, Refused
from segmenter.chosen import ids_of
from segmenter.compiler import customers
from segmenter.freezing import freeze, kind_of
from segmenter.preview import size
from segmenter.rows import CustomerList
from segmenter.segments import change, copy, create, delete, segment, segments, uses
from segmenter.uses import Use
from tests.segmenter.people import NOW

EVERYBODY: dict[str, Any] = {"all": []}
MALE = {"all": [{"condition": "sex", "op": "is", "value": "male"}]}


def nobody(_session: Session, _segment_id: int) -> list[Use]:
    return []


def test_a_segment_is_saved_and_found_again(session: Session) -> None:
    made = create(session, "  Best buyers\u00a0 of the year ", MALE, NOW)
    session.commit()
    session.expunge_all()
    kept = segment(session, made.id)
    assert (kept.name, kept.tree, kept.created_at, kept.updated_at) == ("Best buyers of the year", MALE, NOW, NOW)


def test_a_change_leaves_what_it_does_not_name(session: Session) -> None:
    made = create(session, "Men", MALE, NOW)
    later = NOW + timedelta(hours=1)
    change(session, made.id, later, name="All men")
    change(session, made.id, later, tree=EVERYBODY)
    session.expire_all()
    assert (made.name, made.tree, made.created_at, made.updated_at) == ("All men", EVERYBODY, NOW, later)


def test_a_name_is_taken_once_and_the_work_around_it_is_kept(session: Session) -> None:
    create(session, "Men", MALE, NOW)
    other = create(session, "Others", EVERYBODY, NOW)
    attempts: list[Callable[[], object]] = [
        lambda: create(session, "Men ", EVERYBODY, NOW),
        lambda: change(session, other.id, NOW, name="Men", tree=MALE),
    ]
    for attempt in attempts:
        with pytest.raises(Conflict) as taken:
            attempt()
        assert taken.value.where == "name"
    session.commit()
    assert [(each.name, each.tree) for each in segments(session)] == [("Men", MALE), ("Others", EVERYBODY)]


def test_a_new_segment_cannot_ask_for_itself_by_the_id_that_it_will_have(session: Session) -> None:
    before = create(session, "Men", MALE, NOW)
    tree = {"all": [{"condition": "segment", "op": "has", "value": [before.id, before.id + 1]}]}
    with pytest.raises(Refused) as refused:
        create(session, "Itself", tree, NOW)
    assert refused.value.where == "tree.all.0.value.1"


def test_a_segment_needs_a_name(session: Session) -> None:
    wrong: list[Any] = ["", " \t", "x" * 201, None, 7, "\ud800", "\x00"]
    for name in wrong:
        with pytest.raises(Refused) as refused:
            create(session, name, EVERYBODY, NOW)
        assert refused.value.where == "name"


def test_a_wrong_tree_is_not_saved(session: Session) -> None:
    made = create(session, "Men", MALE, NOW)
    wrong = {"all": [{"condition": "sex", "op": "is", "value": "?"}]}
    with pytest.raises(Refused) as refused:
        change(session, made.id, NOW, tree=wrong)
    assert refused.value.where == "tree.all.0.value"
    with pytest.raises(Refused) as refused:
        create(session, "Wrong", [], NOW)
    assert refused.value.where == "tree"
    assert [each.tree for each in segments(session)] == [MALE]


def test_a_segment_in_use_is_not_deleted(session: Session) -> None:
    made = create(session, "Men", MALE, NOW)
    with pytest.raises(Conflict, match="“Men” is used by “New Year 500”, “Birthday”"):
        delete(session, made.id, lambda *_: [Use("campaign", 1, "New Year 500"), Use("promotion", 2, "Birthday")])
    assert segments(session) == [made]
    delete(session, made.id, nobody)
    assert segments(session) == []


def test_a_segment_that_does_not_exist_is_not_found(session: Session) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: segment(session, 404),
        lambda: change(session, 404, NOW, name="Men"),
        lambda: delete(session, 404, nobody),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()


def test_segments_are_listed_by_name_in_pages_and_by_a_part_of_it(session: Session) -> None:
    for name in ("Delta", "alpha", "Beta 50%", "Gamma"):
        create(session, name, EVERYBODY, NOW)
    listed = [each.name for each in segments(session)]
    pages = [each.name for each in segments(session, limit=2)]
    pages += [each.name for each in segments(session, after=pages[-1])]
    assert sorted(listed) == sorted(["Delta", "alpha", "Beta 50%", "Gamma"])
    assert pages == listed
    assert [each.name for each in segments(session, "eTa")] == ["Beta 50%"]
    assert [each.name for each in segments(session, "%")] == ["Beta 50%"]


def asking(*ids: int) -> dict[str, Any]:
    return {"all": [MALE, {"condition": "segment", "op": "has", "value": list(ids)}]}


def test_a_segment_that_would_ask_for_itself_is_refused_with_the_way(session: Session) -> None:
    first = create(session, "First", MALE, NOW)
    second = create(session, "Second", asking(first.id), NOW)
    third = create(session, "Third", asking(99, second.id), NOW)
    for wrong, where, way in (
        (asking(first.id), "tree.all.1.value.0", "“First” → “First”"),
        (asking(99, third.id), "tree.all.1.value.1", "“First” → “Third” → “Second” → “First”"),
    ):
        with pytest.raises(Refused) as refused:
            change(session, first.id, NOW, tree=wrong)
        assert refused.value.where == where
        assert refused.value.message.endswith(way)
    change(session, third.id, NOW, tree=asking(first.id))


def test_segments_that_ask_for_one_another_all_the_same_stop_no_query(session: Session) -> None:
    first = create(session, "First", MALE, NOW)
    first.tree = asking(first.id)
    session.flush()
    with pytest.raises(Refused, match="“First” → “First”"):
        customers(session, first.tree, now=NOW)


def test_a_segment_that_another_asks_for_is_not_deleted(session: Session) -> None:
    first = create(session, "First", MALE, NOW)
    second = create(session, "Second", asking(first.id), NOW)
    with pytest.raises(Conflict, match="“First” is used by “Second”"):
        delete(session, first.id, nobody)
    delete(session, second.id, nobody)
    delete(session, first.id, nobody)


def test_a_web_of_segments_is_compiled_once_each(session: Session) -> None:
    session.add_all(Customer(first_name="Ada", registered_at=NOW, sex=sex) for sex in ("male", None))
    below = [create(session, "0 left", MALE, NOW), create(session, "0 right", MALE, NOW)]
    for level in range(1, 9):
        tree = asking(*(each.id for each in below))
        below = [create(session, f"{level} {side}", tree, NOW) for side in ("left", "right")]
    found = customers(session, asking(*(each.id for each in below)), now=NOW)
    assert len(list(session.scalars(found))) == 1
    assert len(str(found)) < 20_000


def test_what_uses_a_segment_is_told_with_its_kind(session: Session) -> None:
    first = create(session, "First", MALE, NOW)
    second = create(session, "Second", asking(first.id), NOW)
    above = Use("campaign", 7, "Birthday")
    assert uses(session, first.id, lambda *_: [above]) == [above, Use("segment", second.id, "Second")]
    assert uses(session, second.id, nobody) == []


def test_a_copy_has_the_conditions_and_a_name_of_its_own(session: Session) -> None:
    first = create(session, "Men", MALE, NOW)
    copies = [copy(session, first.id, NOW + timedelta(days=1)) for _ in range(3)]
    assert [each.name for each in copies] == ["Copy of Men", "Copy of Men 2", "Copy of Men 3"]
    assert [each.tree for each in copies] == [MALE] * 3
    long = create(session, "x" * 200, MALE, NOW)
    assert copy(session, long.id, NOW).name == "Copy of " + "x" * 187
    assert len(copy(session, long.id, NOW).name) == 197
    with pytest.raises(NotFound):
        copy(session, 404, NOW)


def test_a_frozen_segment_keeps_who_was_in_it(session: Session) -> None:
    ada, bob, cyd = (Customer(first_name="Ada", registered_at=NOW, sex=sex) for sex in ("male", None, "male"))
    session.add_all([ada, bob, cyd])
    session.flush()
    frozen = freeze(session, " Men of  today ", ids_of(session, customers(session, MALE, now=NOW)), NOW)
    ada.sex, bob.sex = None, "male"
    session.flush()
    assert frozen.name == "Men of today"
    assert set(session.scalars(customers(session, frozen.tree, now=NOW))) == {ada.id, cyd.id}
    assert size(session, MALE, NOW) == 2
    assert (kind_of(frozen.tree), kind_of(MALE)) == ("frozen", "dynamic")
    mixed = {"all": [*frozen.tree["all"], *MALE["all"]]}
    assert [kind_of(tree) for tree in (mixed, {"none": frozen.tree["all"]}, EVERYBODY)] == ["dynamic"] * 3
    assert kind_of(frozen.tree["all"][0]) == "frozen"


def test_what_cannot_be_frozen_leaves_nothing_behind(session: Session) -> None:
    create(session, "Men", MALE, NOW)
    for name in ("Men", ""):
        with pytest.raises((Conflict, Refused)) as refused, session.begin_nested():
            freeze(session, name, [], NOW)
        assert vars(refused.value)["where"] == "name"
    assert [each.name for each in segments(session)] == ["Men"]
    assert session.scalars(select(CustomerList.id)).all() == []
