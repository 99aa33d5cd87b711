"""Lists ask the database a number of questions that does not grow with their rows."""

from datetime import UTC, datetime

import pytest

from campaigns import publication
from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.database import Database
from loyalty_core.promotions.changes import PromotionData, create_promotion
from loyalty_core.promotions.promo_code_lists import ListData, add_codes, create_list
from segmenter.lists import create_list as create_customer_list
from segmenter.segments import Segment
from tests.web.pages.conftest import Reader, Shop
from web.conditions import check_conditions
from web.pages.recipes import RECIPES, draw

LISTS = (
    *("/campaigns", "/runs", "/messages", "/customers", "/segments", "/bonus-types", "/outlets", "/settings/letters"),
    *("/promotions", "/promo-codes", "/promo-codes/1", "/lists", "/lists/1"),
)


def _fill(database: Database, numbers: range) -> None:
    now = datetime.now(UTC)
    with database.begin() as session:
        for number in numbers:
            for key in RECIPES:
                draw(session, key, now)
                publication.publish(session, draw(session, key, now).id, now, "Test Marketer")
            tree = {"all": [{"condition": "purchase_count", "op": "ge", "value": number}]}
            session.add(Segment(name=f"Segment {number}", tree=tree, created_at=now, updated_at=now))
            codes = create_list(session, ListData(f"Codes {number}"))
            create_customer_list(session, f"List {number}", [], now)
            add_codes(session, codes.id, [f"CODE{number}"])
            told = PromotionData(
                f"Promotion {number}", skus=["tea"], code_list_id=codes.id, conditions=tree, bonus_amount=100
            )
            create_promotion(session, told, check_conditions)
            register(session, CustomerData(first_name=f"Customer {number}", email=f"c{number}@example.test"), now)


def _asked(reader: Reader, path: str) -> int:
    with reader.counting() as statements:
        reader.get(path)
        return len(statements)


@pytest.mark.usefixtures("shop")
def test_a_list_asks_no_more_when_it_has_more_rows(reader: Reader, database: Database) -> None:
    _fill(database, range(1))
    before = {path: _asked(reader, path) for path in LISTS}
    _fill(database, range(1, 5))
    assert {path: _asked(reader, path) for path in LISTS} == before


def test_a_profile_asks_for_the_names_of_campaigns_and_steps_once(reader: Reader, shop: Shop) -> None:
    with_history, without = _asked(reader, f"/customers/{shop.anna}"), _asked(reader, f"/customers/{shop.clara}")
    assert with_history <= without + 3
