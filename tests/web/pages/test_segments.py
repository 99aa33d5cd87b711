"""Segments on the pages: the list with sizes, copies, a customer's segments."""

from datetime import UTC, datetime, timedelta

from loyalty_core.database import Database
from segmenter.rows import SegmentSize
from tests.web.pages.conftest import Reader, Shop


def test_the_list_shows_the_last_size_and_how_it_went(reader: Reader, shop: Shop, database: Database) -> None:
    now = datetime.now(UTC)
    assert "not yet" not in reader.get("/segments")
    with database.begin() as session:
        day = now.date() - timedelta(days=3)
        session.add(SegmentSize(segment_id=1, day=day, count=1, counted_at=now - timedelta(days=3)))
        session.add(SegmentSize(segment_id=1, day=day + timedelta(days=1), count=None, counted_at=now))
    text = reader.get("/segments")
    assert '<polyline points="2.0,' in text
    assert "to 3" in text


def test_one_that_was_never_counted_says_so(reader: Reader, shop: Shop, database: Database) -> None:
    with database.begin() as session:
        session.query(SegmentSize).delete()
    assert "not yet" in reader.get("/segments")


def test_a_segment_is_copied_from_the_list(reader: Reader, shop: Shop) -> None:
    address = reader.post("/segments/1/copy").headers["Location"]
    assert "Copy of Everybody" in reader.get(address)
    reader.post("/segments/404/copy", 404)


def test_a_customers_segments_lead_to_why(reader: Reader, shop: Shop) -> None:
    text = reader.get(f"/customers/{shop.anna}/segments")
    assert f"/segments/1?customer={shop.anna}" in text
    assert "Why in “Everybody”" in text
    assert f'data-customer-id="{shop.anna}"' in reader.get(f"/segments/1?customer={shop.anna}")
    assert "has “zzz” in its name" in reader.get(f"/customers/{shop.anna}/segments?q=zzz")
    reader.get("/customers/404/segments", 404)
