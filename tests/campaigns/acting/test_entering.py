"""Selections whose customers are too many to enter at once: they enter piece by piece, each once, or not at all."""

from threading import Barrier, Thread

import pytest

from campaigns import publication
from campaigns.acting.acting import check_settled
from campaigns.acting.asked import Asked
from campaigns.runtime import entering
from campaigns.runtime.clock import drain, tick
from campaigns.runtime.counts import Counts
from campaigns.runtime.entering import enter_next
from campaigns.runtime.reading import run_view
from campaigns.runtime.stopping import stop_run
from campaigns.runtime.work import work_once
from loyalty_core.errors import Conflict
from loyalty_core.settings import Settings
from segmenter.selections import members
from tests.campaigns.acting.deeds import BATCH, do, gift, open_everybody
from tests.campaigns.town import NOON, Town, birthday, sums_hold


@pytest.fixture
def many(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Eleven customers, who are many here: four enter at once."""
    monkeypatch.setattr(entering, "PIECE", 4)
    return town.customers(11)


def test_many_enter_piece_by_piece_and_the_run_is_not_over_before(
    town: Town, settings: Settings, many: list[int]
) -> None:
    selection = open_everybody(town)
    with town.database.begin() as session:
        members.tick(session, selection, many[5:6], False)
    run, _ = do(town, selection, gift(town), batch_size=3)
    while work_once(town.database, NOON, 30):
        pass
    tick(town.database, NOON, settings)
    with town.database.read() as session:
        view = run_view(session, run)
        assert (view["status"], view["entered"], view["finished"], view["expected"]) == ("going_on", 4, 4, 10)
        with pytest.raises(Conflict):
            check_settled(session, selection)
    assert do(town, selection, gift(town)) == (run, True)
    drain(town.database, NOON, settings)
    tick(town.database, NOON, settings)
    assert town.lots() == [(customer, 500_00) for customer in many if customer != many[5]]
    with town.database.read() as session:
        view = run_view(session, run)
        assert (view["status"], view["entered"], view["finished"], view["expected"]) == ("finished", 10, 10, None)
        assert sums_hold(session, run)
        check_settled(session, selection)


def test_a_worker_that_dies_while_many_enter_lets_nobody_in_twice(
    town: Town, settings: Settings, many: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = do(town, open_everybody(town), gift(town))

    def die(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Counts, "write", die)
        with pytest.raises(KeyboardInterrupt):
            enter_next(town.database, NOON, BATCH)
    assert enter_next(town.database, NOON, BATCH)
    drain(town.database, NOON, settings)
    assert town.lots() == [(customer, 500_00) for customer in many]
    with town.database.read() as session:
        assert run_view(session, run)["entered"] == 11


def test_two_workers_that_let_many_enter_at_once_take_different_ones(
    town: Town, settings: Settings, many: list[int]
) -> None:
    do(town, open_everybody(town), gift(town))
    together = Barrier(2)

    def work() -> None:
        together.wait()
        while enter_next(town.database, NOON, BATCH):
            pass

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain(town.database, NOON, settings)
    assert town.lots() == [(customer, 500_00) for customer in many]


def test_who_has_not_entered_yet_never_does_once_the_run_is_stopped(
    town: Town, settings: Settings, many: list[int]
) -> None:
    selection = open_everybody(town)
    run, _ = do(town, selection, gift(town))
    while work_once(town.database, NOON, 30):
        pass
    with town.database.begin() as session:
        stop_run(session, run, NOON)
    drain(town.database, NOON, settings)
    assert len(town.lots()) == 4
    with town.database.read() as session:
        check_settled(session, selection)
        assert run_view(session, run)["status"] == "stopped"


def test_while_the_chain_is_paused_nobody_enters(town: Town, settings: Settings, many: list[int]) -> None:
    tenner = {"type": "accrue_bonuses", "amount": "10.00", "lifetime_days": 30, "legal_entity": town.company}
    campaign = town.publish(birthday(), tenner, settings={"reentry": "once"})
    do(town, open_everybody(town), Asked(campaign_id=campaign))
    with town.database.begin() as session:
        publication.pause(session, campaign, NOON)
    assert not enter_next(town.database, NOON, BATCH)
    with town.database.begin() as session:
        publication.resume(session, campaign, NOON)
    drain(town.database, NOON, settings)
    do(town, open_everybody(town), Asked(campaign_id=campaign), "two")
    drain(town.database, NOON, settings)
    assert town.lots() == [(customer, 10_00) for customer in many]
