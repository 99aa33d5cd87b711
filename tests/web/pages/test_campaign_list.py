"""What the list of campaigns says of the next start."""

from datetime import timedelta

from campaigns.editing import create
from campaigns.publication import publish
from campaigns.runtime.starting import start_by_hand
from loyalty_core.database import Database
from tests.campaigns.town import NOON, Town, chain
from web.pages.campaign_list import campaign_rows


def test_a_date_that_was_started_by_hand_is_no_next_start(database: Database) -> None:
    town = Town.found(database)
    town.customers(1)
    gift = {"type": "accrue_bonuses", "amount": "1", "lifetime_days": 1, "legal_entity": town.company}
    with database.begin() as session:
        campaign = create(session, "New Year", NOON, chain({"type": "date_reached", "at": "2026-12-25T10:00"}, gift))
        publish(session, campaign.id, NOON, "tests")
        (row,) = campaign_rows(session, NOON, NOON - timedelta(days=30))
        assert row.next_start is not None

        start_by_hand(session, campaign.id, NOON, 100)

        (row,) = campaign_rows(session, NOON, NOON - timedelta(days=30))
        assert row.next_start is None
