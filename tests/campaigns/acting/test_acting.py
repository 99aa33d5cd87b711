"""Acting on a selection: once, to those who are ticked, whatever dies in between."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from campaigns import editing, publication
from campaigns.acting.acting import acted_on
from campaigns.acting.asked import Asked
from campaigns.acting.cost import Cost, cost
from campaigns.acting.reading import actions_on_each
from campaigns.acting.rows import SelectionAction
from campaigns.activities import activities
from campaigns.campaigns import Campaign
from campaigns.problems import NotReady
from campaigns.runtime.clock import drain, tick
from campaigns.runtime.reading import run_view
from campaigns.runtime.rows import Enrollment, Run
from loyalty_core.customers.rows import Customer, CustomerTag, Tag
from loyalty_core.errors import Conflict, Refused
from loyalty_core.ledger.rows import Lot
from loyalty_core.programmes.rows import CustomerGroup
from loyalty_core.settings import Settings
from segmenter.selections import members, opening
from segmenter.selections.rows import Selection
from segmenter.selections.wanted import Wanted
from tests.campaigns.acting.deeds import do, gift, open_everybody
from tests.campaigns.town import NOON, Town, birthday, sums_hold
from tests.support.selections import ask
from tests.support.smtp_sink import SmtpSink


def _told(town: Town, selection: int, asked: Asked) -> dict[str, str]:
    with town.database.read() as session:
        found: Cost = cost(session, selection, asked, NOON)
    return {fact.label: fact.value for fact in found.facts}


def test_who_is_unticked_gets_nothing_and_stays_in_the_selection(town: Town, settings: Settings) -> None:
    """d12: mass accrual with one row unticked."""
    first, *others = town.customers(5)
    selection = open_everybody(town)
    with town.database.begin() as session:
        members.tick(session, selection, [first], False)
    run, _ = do(town, selection, gift(town))
    drain(town.database, NOON, settings)
    assert town.lots() == [(customer, 500_00) for customer in others]
    with town.database.read() as session:
        assert members.figures(session, selection) == (5, 4)
        assert sums_hold(session, run)


def test_clicked_twice_is_done_once(town: Town, settings: Settings) -> None:
    town.customers(3)
    selection = open_everybody(town)
    run, again = do(town, selection, gift(town))
    assert (do(town, selection, gift(town)), again) == ((run, True), False)
    drain(town.database, NOON, settings)
    assert len(town.lots()) == 3
    with pytest.raises(Conflict):
        do(town, selection, gift(town, amount="600"))
    do(town, selection, gift(town), token="two")
    drain(town.database, NOON, settings)
    assert len(town.lots()) == 6


def test_of_two_clicks_at_once_one_is_done(town: Town, settings: Settings) -> None:
    town.customers(3)
    selection = open_everybody(town)
    together, done = Barrier(2), list[tuple[int, bool]]()

    def click() -> None:
        together.wait()
        done.append(do(town, selection, gift(town)))

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(again for _run, again in done) == [False, True]
    assert len({run for run, _again in done}) == 1
    drain(town.database, NOON, settings)
    assert len(town.lots()) == 3


def test_ticks_that_change_afterwards_change_nothing_that_was_begun(town: Town, settings: Settings) -> None:
    town.customers(3)
    selection = open_everybody(town)
    do(town, selection, gift(town))
    with town.database.begin() as session:
        members.tick(session, selection, None, False)
    drain(town.database, NOON, settings)
    assert len(town.lots()) == 3


def test_an_action_is_over_with_its_run_and_stands_in_no_way_of_the_clock(town: Town, settings: Settings) -> None:
    town.customers(2)
    selection = open_everybody(town)
    run, _ = do(town, selection, gift(town))
    drain(town.database, NOON, settings)
    with town.database.begin() as session:
        campaign = session.scalars(select(Campaign)).one()
        view = run_view(session, run)
        assert (view["status"], view["entered"], view["finished"], view["granted"]) == ("finished", 2, 2, 1000_00)
        assert (campaign.one_off, campaign.status) == (True, "finished")
        with pytest.raises(Conflict):
            editing.change(session, campaign.id, campaign.revision, NOON, name="Again")
        with pytest.raises(Conflict):
            publication.publish(session, campaign.id, NOON, "Anna")


def test_the_customers_history_says_what_it_was_by_whom_and_why(town: Town, settings: Settings) -> None:
    (ann,) = town.customers(1)
    do(town, open_everybody(town), gift(town, reason="For the delay"))
    drain(town.database, NOON, settings)
    with town.database.read() as session:
        told = activities(session, ann)[0]
    assert (told.title, told.amount, told.asked_by) == ("For the delay", 500_00, "Anna")
    assert told.campaign == "Accrue bonuses: All customers"
    assert told.step is None


def test_bonuses_may_have_dates_of_their_own(town: Town, settings: Settings) -> None:
    town.customers(1)
    dates = {"active_on": "2026-12-01", "burns_on": "2026-12-31"}
    asked = Asked("accrue_bonuses", {"amount": "500", "legal_entity": town.company, **dates})
    do(town, open_everybody(town), asked)
    drain(town.database, NOON, settings)
    with town.database.read() as session:
        lot = session.scalars(select(Lot)).one()
    assert lot.active_at.isoformat() == "2026-12-01T00:00:00+00:00"
    assert lot.expires_at is not None
    assert lot.expires_at.isoformat() == "2026-12-31T23:59:59+00:00"


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"amount": "0"}, "settings.amount"),
        ({"bonus_type": 77}, "settings.bonus_type"),
        ({"legal_entity": None}, "settings.legal_entity"),
        ({"lifetime_days": 3}, "settings.lifetime_days"),
        ({"bonus_type": None, "active_on": "2026-12-01"}, "settings.burns_on"),
        ({"bonus_type": None, "active_on": "2026-12-02", "burns_on": "2026-12-01"}, "settings.burns_on"),
        ({"bonus_type": None, "active_on": "2020-01-01", "burns_on": "2020-01-01"}, "settings.burns_on"),
        ({"unknown": 1}, "settings.unknown"),
    ],
)
def test_what_cannot_be_done_is_told_at_its_field_and_nothing_happens(
    town: Town, settings: dict[str, Any], where: str
) -> None:
    town.customers(1)
    selection = open_everybody(town)
    asked = gift(town, **settings)
    with pytest.raises(NotReady) as told:
        do(town, selection, asked)
    assert [each.where for each in told.value.problems] == [where]
    with town.database.read() as session:
        foreseen = cost(session, selection, asked, NOON)
        assert ([each.where for each in foreseen.problems], foreseen.facts) == ([where], [])
        assert session.scalar(select(func.count()).select_from(SelectionAction)) == 0
        assert session.scalar(select(func.count()).select_from(Campaign)) == 0


def test_nothing_is_done_to_nobody_nor_by_a_step_that_is_no_action(town: Town) -> None:
    town.customers(1)
    selection = open_everybody(town)
    for asked in (Asked("filter_customers", {}), Asked("purchase_made", {}), Asked("dance", {})):
        with pytest.raises(Refused):
            do(town, selection, asked)
    with town.database.begin() as session:
        members.tick(session, selection, None, False)
    with pytest.raises(Refused):
        do(town, selection, gift(town))


def test_tags_are_put_on_and_taken_off(town: Town, settings: Settings) -> None:
    ids = town.customers(4)
    selection = open_everybody(town)
    with town.database.begin() as session:
        tag = Tag(name="Friend")
        session.add(tag)
        session.flush()
        session.add(CustomerTag(customer_id=ids[0], tag_id=tag.id))
        named = {"tag": tag.id}
    assert _told(town, selection, Asked("add_tag", named)) == {"Get the tag": "3", "Wear it already": "1"}
    do(town, selection, Asked("add_tag", named))
    drain(town.database, NOON, settings)
    worn = select(CustomerTag.customer_id).order_by(CustomerTag.customer_id)
    with town.database.begin() as session:
        assert session.scalars(worn).all() == ids
        members.drop(session, selection, ids[3])
    assert _told(town, selection, Asked("remove_tag", named)) == {"Lose the tag": "3", "Do not wear it": "0"}
    do(town, selection, Asked("remove_tag", named), "two")
    drain(town.database, NOON, settings)
    with town.database.begin() as session:
        assert session.scalars(worn).all() == ids[3:]
        session.get_one(Tag, named["tag"]).active = False
    with pytest.raises(NotReady):
        do(town, selection, Asked("add_tag", named), "three")


def test_customers_move_to_a_group(town: Town, settings: Settings) -> None:
    town.customers(3)
    selection = open_everybody(town)
    with town.database.begin() as session:
        group = CustomerGroup(name="Friends")
        session.add(group)
        session.flush()
        asked = Asked("move_to_group", {"group": group.id})
    assert _told(town, selection, asked) == {"Move": "3", "Are in it already": "0"}
    do(town, selection, asked)
    drain(town.database, NOON, settings)
    with town.database.read() as session:
        assert set(session.scalars(select(Customer.customer_group_id))) == {asked.settings and asked.settings["group"]}


def test_a_message_tells_before_who_cannot_be_reached(town: Town, settings: Settings, smtp_sink: SmtpSink) -> None:
    town.customers(3)
    selection = open_everybody(town)
    text = {"channels": ["sms"], "text": "Hello, {{ customer.first_name }}"}
    assert _told(town, selection, Asked("send_message", text)) == {"Get it": "0", "Cannot be reached": "3"}
    letter = Asked("send_letter", {"subject": "Hello", "body": "Dear {{ customer.first_name }}"})
    assert _told(town, selection, letter) == {"Get it": "3", "Cannot be reached": "0"}
    do(town, selection, letter)
    drain(town.database, NOON, replace(settings, smtp_url=smtp_sink.url))
    assert len(smtp_sink.letters) == 3


def test_ticked_customers_enter_a_campaign_under_its_reentry_rule(town: Town, settings: Settings) -> None:
    ids = town.customers(4)
    gift = {"type": "accrue_bonuses", "amount": "10.00", "lifetime_days": 30, "legal_entity": town.company}
    campaign = town.publish(birthday(), gift, settings={"reentry": "once"})
    selection = open_everybody(town)
    with town.database.begin() as session:
        members.tick(session, selection, ids[:1], False)
    asked = Asked(campaign_id=campaign)
    assert _told(town, selection, asked) == {"Enter the campaign": "3", "Kept out by its re-entry rule": "0"}
    do(town, selection, asked)
    with town.database.begin() as session:
        members.tick(session, selection, ids[:1], True)
    assert _told(town, selection, asked) == {"Enter the campaign": "1", "Kept out by its re-entry rule": "3"}
    do(town, selection, asked, "two")
    drain(town.database, NOON, settings)
    assert town.lots() == [(customer, 10_00) for customer in ids]
    with town.database.read() as session:
        assert set(session.scalars(select(Run.status))) == {"finished"}
        assert set(session.scalars(select(Campaign.status))) == {"live"}


def test_a_campaign_that_is_not_live_takes_nobody_in(town: Town) -> None:
    town.customers(1)
    selection = open_everybody(town)
    gift = {"type": "accrue_bonuses", "amount": "10.00", "lifetime_days": 30, "legal_entity": town.company}
    campaign = town.publish(birthday(), gift)
    with town.database.begin() as session:
        publication.pause(session, campaign, NOON)
    with pytest.raises(Refused):
        do(town, selection, Asked(campaign_id=campaign))
    with town.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Enrollment)) == 0


def test_a_selection_that_was_acted_on_is_kept(town: Town, settings: Settings) -> None:
    town.customers(1)
    acted, idle = open_everybody(town), open_everybody(town)
    do(town, acted, gift(town))
    for _ in range(3):
        tick(town.database, NOON + timedelta(days=8), settings)
    with town.database.read() as session:
        assert list(session.scalars(select(Selection.id))) == [acted]
        assert list(session.scalars(acted_on())) == [acted]
    assert idle != acted


def test_nothing_is_done_to_a_selection_that_is_not_whole(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.customers(2)
    monkeypatch.setattr(opening, "AT_ONCE_MAX", 1)
    with town.database.begin() as session:
        everybody = Wanted("search")
        selection = ask(town.database, session, everybody, NOON, "Anna").id
    with pytest.raises(Conflict):
        do(town, selection, gift(town))
    with town.database.read() as session, pytest.raises(Conflict):
        cost(session, selection, gift(town), NOON)


def test_what_was_done_is_told_of_many_selections_at_once(town: Town, settings: Settings) -> None:
    town.customers(2)
    first, second, idle = open_everybody(town), open_everybody(town), open_everybody(town)
    do(town, first, gift(town), "a")
    do(town, second, gift(town), "b")
    do(town, second, Asked("send_letter", {"subject": "Hello", "body": "Dear"}), "c")
    with town.database.read() as session:
        done = actions_on_each(session, [first, second, idle])
    assert {each: [one.step for one in done[each]] for each in done} == {
        first: ["Accrue bonuses"],
        second: ["Send letter", "Accrue bonuses"],
        idle: [],
    }
