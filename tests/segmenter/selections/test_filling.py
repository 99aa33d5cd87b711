"""Large selections: chosen once, written by workers piece by piece, and never before somebody looks for them whole."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from loyalty_core.customers.merging import merge
from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.errors import Conflict, NotFound
from segmenter.segments import create, delete
from segmenter.selections import filling, members, opening
from segmenter.selections.cleaning import clear_old
from segmenter.selections.filling import any_free, cancel, fill_next
from segmenter.selections.listing import selections
from segmenter.selections.opening import open_selection, open_wanted
from segmenter.selections.rows import Selection, SelectionFilling
from segmenter.selections.wanted import Wanted
from tests.support.selections import ask, women_and_men

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EVERYBODY = Wanted("tree", tree={"all": []})
WOMEN = {"all": [{"condition": "sex", "op": "is", "value": "female"}]}


@pytest.fixture
def people(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Eleven customers, who are many here: three at once, and pieces of four. Every other one is a woman."""
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 3)
    monkeypatch.setattr(filling, "PIECE", 4)
    with database.begin() as session:
        return women_and_men(session, 11, NOW)


def _open(database: Database, wanted: Wanted = EVERYBODY) -> int:
    with database.begin() as session:
        return ask(database, session, wanted, NOW, "Anna").id


def _inside(database: Database, selection: int) -> list[int]:
    with database.read() as session:
        return sorted(session.scalars(members.members(selection)))


def _fill(database: Database) -> None:
    while fill_next(database, NOW):
        pass


def test_few_are_in_it_at_once(database: Database, people: list[int]) -> None:
    selection = _open(database, Wanted("search", words="Nr 1"))
    assert _inside(database, selection) == [people[1], people[10]]
    assert not fill_next(database, NOW)


def test_many_are_filled_in_by_a_worker_and_are_those_of_one_moment(database: Database, people: list[int]) -> None:
    selection = _open(database)
    with database.read() as session:
        assert any_free(session, NOW)
        assert members.figures(session, selection) == (0, 0)
        with pytest.raises(Conflict):
            members.whole(session, selection)
    _fill(database)
    assert _inside(database, selection) == people
    with database.read() as session:
        assert members.figures(session, members.whole(session, selection).id) == (11, 11)
        assert not any_free(session, NOW)


def test_what_takes_long_to_find_is_left_to_a_worker(database: Database, people: list[int]) -> None:
    with database.begin() as session:
        selection = open_wanted(session, Wanted("search", words="Nr 10"), None, NOW, "Anna").id
    assert _inside(database, selection) == []
    _fill(database)
    assert _inside(database, selection) == [people[10]]


def test_a_worker_that_dies_leaves_whole_pieces_and_the_next_goes_on_with_the_same_customers(
    database: Database, people: list[int]
) -> None:
    selection = _open(database)
    pieces = 0

    def die(point: str) -> None:
        nonlocal pieces
        pieces += point == "piece"
        if pieces == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_next(database, NOW, die)
    assert _inside(database, selection) == people[:4]
    with database.begin() as session:
        register(session, CustomerData(first_name="Later", registered_at=NOW), NOW)
        merge(session, people[0], people[9], NOW, "Anna")
    assert not fill_next(database, NOW), "the dead worker's lease has not lapsed"
    while fill_next(database, NOW + timedelta(minutes=6)):
        pass
    with database.read() as session:
        merged = session.scalars(select(Customer.id).where(Customer.merged_into_id.is_not(None))).one()
    assert _inside(database, selection) == [each for each in people if each != merged]


def test_a_worker_that_wakes_up_late_writes_nothing_more(database: Database, people: list[int]) -> None:
    selection = _open(database)

    def overtaken(_point: str) -> None:
        while fill_next(database, NOW + timedelta(minutes=6)):
            pass

    with database.begin() as session:
        claimed = filling._claim(session, NOW)
    assert claimed is not None
    ids = filling._chosen(database, claimed, NOW)
    overtaken("")
    with pytest.raises(filling._Lost):
        filling._fill(database, claimed, ids, NOW, lambda _point: None)
    assert _inside(database, selection) == people


def test_turns_end_and_others_go_on(database: Database, people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "STINT_S", 0.0)
    selection = _open(database)
    monkeypatch.setattr(filling, "CLAIMS_MAX", 2)
    for _turn in range(4):
        assert fill_next(database, NOW), "a turn is no death"
    assert _inside(database, selection) == []
    monkeypatch.setattr(filling, "STINT_S", 5.0)
    _fill(database)
    assert _inside(database, selection) == people


def test_a_selection_that_kills_its_workers_is_given_up(database: Database, people: list[int]) -> None:
    selection = _open(database)
    with database.begin() as session:
        session.execute(update(SelectionFilling).values(claims=filling.CLAIMS_MAX))
    assert not fill_next(database, NOW)
    with database.read() as session:
        still = filling.filling(session, selection)
        assert still is not None
        assert (still.status, still.error) == ("failed", "Its worker died 5 times")


def test_what_is_gone_by_then_is_told(database: Database, people: list[int]) -> None:
    with database.begin() as session:
        segment = create(session, "Everybody", {"all": []}, NOW).id
    selection = _open(database, Wanted("segment", segment=segment))
    with database.begin() as session:
        delete(session, segment, lambda *_: [])
    _fill(database)
    with database.read() as session:
        still = filling.filling(session, selection)
        assert still is not None
        assert (still.status, still.error) == ("failed", f"There is no segment {segment}")


def test_one_that_is_cancelled_is_gone_at_once_and_cleared_away(database: Database, people: list[int]) -> None:
    selection = _open(database)

    def stop(_point: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_next(database, NOW, stop)
    with database.begin() as session:
        cancel(session, selection)
        with pytest.raises(NotFound):
            members.selection(session, selection)
        with pytest.raises(NotFound):
            cancel(session, selection)
        assert selections(session) == []
    assert not fill_next(database, NOW + timedelta(hours=1))
    with database.begin() as session:
        while clear_old(session, NOW, select(Selection.id).where(Selection.id < 0)):
            pass
        assert session.scalars(select(Selection.id)).all() == []


def test_one_that_is_open_cannot_be_cancelled(database: Database, people: list[int]) -> None:
    selection = _open(database)
    _fill(database)
    with database.begin() as session, pytest.raises(Conflict):
        cancel(session, selection)


@pytest.mark.parametrize("all_ticked", [True, False])
def test_narrowing_many_keeps_their_ticks(database: Database, people: list[int], all_ticked: bool) -> None:
    wide = _open(database)
    with database.begin() as session, pytest.raises(Conflict):
        ask(database, session, Wanted("tree", tree=WOMEN, within=wide), NOW, "Anna")
    _fill(database)
    with database.begin() as session:
        members.tick(session, wide, None, all_ticked)
        members.tick(session, wide, people[:2], not all_ticked)
    narrowed = _open(database, Wanted("tree", tree=WOMEN, within=wide))
    _fill(database)
    assert _inside(database, narrowed) == people[1::2]
    with database.read() as session:
        assert members.figures(session, narrowed) == ((5, 4) if all_ticked else (5, 1))
        assert members.unticked(session, narrowed, people) == set([people[1]] if all_ticked else people[3::2])


def test_selections_are_listed_newest_first_with_who_opened_them_and_how_many_they_hold(
    database: Database, people: list[int]
) -> None:
    with database.begin() as session:
        few = open_selection(session, people[:2], "By hand", NOW, "Boris").id
        members.tick(session, few, people[:1], False)
        members.drop(session, few, people[1])
        members.drop(session, few, people[1])
    many = _open(database)

    def listed(**page: Any) -> list[tuple[int, str, str, bool, members.Figures]]:
        with database.read() as session:
            return [
                (
                    each.selection.id,
                    each.selection.origin,
                    each.selection.created_by,
                    each.filling is None,
                    each.figures,
                )
                for each in selections(session, **page)
            ]

    of_few = (few, "By hand", "Boris", True, (1, 0))
    assert listed() == [(many, "All customers", "Anna", False, (0, 0)), of_few]
    assert listed(before=many) == [of_few]
    _fill(database)
    assert listed(limit=1) == [(many, "All customers", "Anna", True, (11, 11))]
