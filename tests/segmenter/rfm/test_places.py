"""The values at places of an order, beside a sorted list."""

import random

import pytest
from sqlalchemy import insert
from sqlalchemy.schema import CreateTable

from loyalty_core.database import Database
from segmenter.rfm.gathering import VALUES
from segmenter.rfm.parts import in_parts
from segmenter.rfm.places import at_places

CHANCE = random.Random(20261122)
ORDERS = {
    "few values": [CHANCE.randrange(5) for _ in range(300)],
    "one value": [7] * 20,
    "one row": [7],
    "far apart": [CHANCE.randrange(10**12) for _ in range(300)],
    "one is far off": [*(CHANCE.randrange(1_000) for _ in range(300)), 10**15],
}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("greatest_first", [False, True])
@pytest.mark.parametrize("width", [1, 10, 10**9])
def test_each_place_has_the_value_of_the_sorted_list_and_knows_how_many_stand_before_it(
    database: Database, name: str, greatest_first: bool, width: int
) -> None:
    amounts = ORDERS[name]
    rows = [{"customer_id": n, "days": 1, "purchases": 1, "amount": amount} for n, amount in enumerate(amounts)]
    ordered = sorted(amounts, reverse=greatest_first)
    with in_parts(database, 3) as parts:
        for first, part in enumerate(parts.parts):
            part.session.execute(CreateTable(VALUES))
            if rows[first::3]:
                part.session.execute(insert(VALUES), rows[first::3])
            part.session.commit()
        found = at_places(parts, VALUES.c.amount, range(len(ordered)), width=width, greatest_first=greatest_first)
    assert found == {place: (value, ordered.index(value)) for place, value in enumerate(ordered)}


def test_no_place_asks_nothing(database: Database) -> None:
    with in_parts(database) as parts:
        assert at_places(parts, VALUES.c.amount, []) == {}
