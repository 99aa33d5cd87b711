"""Runs with the customers behind each number, and letters with what can be done about them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from campaigns.messages.rows import Message, MessageTry
from campaigns.runtime.rows import Enrollment, NodeCount, Run
from loyalty_core.database import Database, insert_into
from tests.web.pages.conftest import Reader, Shop


def _settle(database: Database, letter: int, status: str) -> None:
    with database.begin() as session:
        session.execute(update(Message).where(Message.id == letter).values(status=status, reason="550 no such mailbox"))


def test_a_run_tells_its_totals(reader: Reader, shop: Shop) -> None:
    text = reader.get(f"/runs/{shop.run}")
    assert '<b data-n="entered">2</b>' in text
    assert '<b data-n="granted">300.00</b>' in text
    assert '<b data-n="sent">1</b>' in text
    assert f'data-run-id="{shop.run}"' in text
    assert f'href="/runs/{shop.run}"' in reader.get(f"/runs?campaign={shop.campaign}")


@pytest.mark.parametrize(
    ("node", "way", "who"),
    [("n2", "in", {"Anna Bell", "Boris Stone"}), ("n2", "out:no", {"Boris Stone"}), ("n3", "in", {"Anna Bell"})],
)
def test_each_number_opens_the_customers_behind_it(
    reader: Reader, shop: Shop, node: str, way: str, who: set[str]
) -> None:
    text = reader.get(f"/runs/{shop.run}?node={node}&way={way}")
    assert {name for name in ("Anna Bell", "Boris Stone", "Clara West") if f">{name}</a>" in text} == who


def test_a_way_that_does_not_exist_is_refused_in_words(reader: Reader, shop: Shop) -> None:
    assert "A way is" in reader.get(f"/runs/{shop.run}?node=n2&way=sideways", status=400)


def test_the_moving_parts_are_fetched_only_while_the_run_is_going_on(reader: Reader, shop: Shop) -> None:
    reader.post("/campaigns", recipe="birthday")
    text = reader.get(f"/runs/{shop.run}")
    going_on = "Going on" in text
    assert (f'data-live="/runs/{shop.run}/numbers"' in text) is going_on
    assert 'id="totals"' in reader.get(f"/runs/{shop.run}/numbers")


def test_pausing_from_the_run_pauses_its_campaign(reader: Reader, shop: Shop) -> None:
    reader.post(f"/runs/{shop.run}/pause")
    assert "Paused" in reader.get("/campaigns")
    reader.post(f"/runs/{shop.run}/resumption")
    assert "Paused" not in reader.get("/campaigns?state=live")


def test_a_letter_is_shown_as_it_was_sent_without_scripts_of_its_own(reader: Reader, shop: Shop) -> None:
    assert f'href="/messages/{shop.letter}"' in reader.get(f"/messages?run={shop.run}&status=sent")
    text = reader.get(f"/messages/{shop.letter}")
    assert '<iframe class="letter" sandbox="" srcdoc="' in text
    assert "Dear Anna" in text
    assert "anna@example.test" in text


def test_a_letter_in_doubt_can_be_sent_again_or_marked_as_sent(reader: Reader, shop: Shop, database: Database) -> None:
    _settle(database, shop.letter, "in_doubt")
    text = reader.get(f"/messages/{shop.letter}")
    assert "Send again" in text
    assert "Mark as sent" in text
    reader.post(f"/messages/{shop.letter}/confirmation")
    assert '<span class="state live">Sent</span>' in reader.get(f"/messages/{shop.letter}")
    reader.post(f"/messages/{shop.letter}/confirmation", 409)


def test_a_failed_letter_tells_why_and_can_be_sent_again(reader: Reader, shop: Shop, database: Database) -> None:
    _settle(database, shop.letter, "failed")
    text = reader.get(f"/messages/{shop.letter}")
    assert "550 no such mailbox" in text
    assert "Mark as sent" not in text
    reader.post(f"/messages/{shop.letter}/repetition")
    assert "Queued" in reader.get(f"/messages/{shop.letter}")
    assert "No message fits" in reader.get("/messages?status=failed")


def test_a_message_of_a_cascade_tells_which_channels_were_tried_and_why(
    reader: Reader, shop: Shop, database: Database
) -> None:
    with database.begin() as session:
        values = {
            "channel": "sms",
            "cascade": "push,sms",
            "subject": None,
            "body": "Anna, hello",
            "parts": 1,
            "price": 101,
        }
        session.execute(update(Message).where(Message.id == shop.letter).values(**values))
        reason = "The customer has no address for it"
        session.add(MessageTry(message_id=shop.letter, channel="push", reason=reason, at=datetime.now(UTC)))
    for page in (f"/messages/{shop.letter}", "/messages", f"/customers/{shop.anna}"):
        text = reader.get(page)
        assert "Anna, hello" in text
        assert "he customer has no address for it" in text
    assert "£1.01" in reader.get(f"/messages/{shop.letter}")


def test_a_run_is_stopped_after_a_question_and_only_once(reader: Reader, shop: Shop, database: Database) -> None:
    assert 'data-open="stop"' not in reader.get(f"/runs/{shop.run}")
    reader.post(f"/runs/{shop.run}/stop", 409)
    with database.begin() as session:
        session.execute(update(Run).where(Run.id == shop.run).values(status="going_on", finished_at=None))
    text = reader.get(f"/runs/{shop.run}")
    assert 'data-open="stop"' in text
    assert "Stop this run?" in text
    reader.post(f"/runs/{shop.run}/stop")
    text = reader.get(f"/runs/{shop.run}")
    assert '<span class="state done">Stopped</span>' in text
    assert 'data-open="stop"' not in text
    assert "Stopped" in reader.get("/runs")
    reader.post(f"/runs/{shop.run}/stop")
    reader.post("/runs/999/stop", 404)


def test_who_failed_tries_again_from_the_page_of_the_run(reader: Reader, shop: Shop, database: Database) -> None:
    assert "Try “" not in reader.get(f"/runs/{shop.run}")
    with database.begin() as session:
        (one,) = session.scalars(select(Enrollment.id).where(Enrollment.run_id == shop.run).limit(1))
        failed = {
            "status": "failed",
            "failed_at_node": "n3",
            "reason": "The shop is closed",
            "trail": " n1:out n2:yes ",
        }
        session.execute(update(Enrollment).where(Enrollment.id == one).values(failed))
        counts = insert_into(session, NodeCount).values(run_id=shop.run, node="n3", way="failed", count=1, amount=0)
        key = ["run_id", "node", "way"]
        session.execute(counts.on_conflict_do_update(index_elements=key, set_={"count": 1}))
    text = reader.get(f"/runs/{shop.run}")
    assert "The shop is closed" in text
    assert "Try “Accrue bonuses” again for 1 customer" in text
    page = reader.post(f"/runs/{shop.run}/retries", node="n3").headers["Location"]
    text = reader.get(page)
    assert "1 customer tries again" in text
    assert "The shop is closed" not in text
    assert "Going on" in text
    reader.post(f"/runs/{shop.run}/retries", node="a\0")
    assert reader.post(f"/runs/{shop.run}/retries", selection="7").headers["Location"] == "/selections/7#done"
    reader.post("/runs/999/retries", 404)
