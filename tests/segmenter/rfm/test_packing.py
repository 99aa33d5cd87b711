"""Nine customers' scores in one number: put in, taken out, and brought over from the rows that were."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, literal, select, text
from sqlalchemy.orm import Session

from loyalty_core.database import Database, insert_rows
from segmenter.rfm.packing import NONE, code_of, put, score_in, scores_of, taken
from segmenter.rfm.rows import RfmCalculation, RfmScores, RfmSettings
from tests.conftest import KIND
from tests.segmenter.rfm.buyers import NOW, scores
from web.cli.schema import migrate

TRIPLES = list(product(range(1, 6), repeat=3))


def test_each_three_scores_have_a_code_of_their_own_of_seven_bits() -> None:
    codes = [code_of(*scores) for scores in TRIPLES]
    assert codes == list(range(1, 126))
    assert [scores_of(code) for code in codes] == TRIPLES


@pytest.mark.parametrize("customer", [0, 8, 9, 17, 123_456_789_012, 2**62 // 9 * 9 + 8])
@pytest.mark.parametrize("code", [NONE, 1, 64, 125])
def test_a_code_comes_out_of_its_place_as_it_went_in_whatever_stands_beside_it(
    session: Session, customer: int, code: int
) -> None:
    first = customer // 9 * 9
    everybody = [put(literal(125), literal(first + n, BigInteger)) for n in range(9) if first + n != customer]
    packed = sum(everybody, start=put(literal(code), literal(customer, BigInteger)))
    out = taken(packed, literal(customer, BigInteger))
    found = session.execute(select(packed, out, *(score_in(out, measure) for measure in "rfm"))).one()
    assert 0 <= found[0] < 2**63
    assert tuple(found[1:]) == (code, *(scores_of(code) if code else (None, None, None)))


@pytest.fixture
def before_packing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database whose scores have a row each."""
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    if KIND == "postgresql":
        databases = request.getfixturevalue("postgresql_databases")
        url = databases.url(databases.create())
    migrate(url, "0031")
    database = Database(url)
    yield database
    database.dispose()


def test_scores_of_before_stay_those_of_their_customers(before_packing: Database) -> None:
    old = {customer: TRIPLES[customer * 7 % 125] for customer in (1, 2, 8, 9, 10, 26, 10**12)}
    with before_packing.begin() as session:
        kept = RfmSettings(name="RFM", is_default=True, period=None, convention="breaks")
        session.add(kept)
        session.flush()
        for number, status in ((1, "previous"), (2, "current")):
            done = {"id": number, "settings_id": kept.id, "status": status, "requested_at": NOW}
            insert_rows(session, RfmCalculation, [{**done, "done": 0, "claims": 1}])
            row = text("INSERT INTO rfm_score VALUES (:calculation, :customer, 100, 1, 1, :r, :f, :m)")
            for customer, (r, f, m) in old.items():
                session.execute(row, {"calculation": number, "customer": customer, "r": r, "f": f, "m": m})
    migrate(before_packing.engine.url.render_as_string(hide_password=False))
    assert scores(before_packing) == old
    with before_packing.read() as session:
        assert set(session.scalars(select(RfmScores.calculation_id))) == {1, 2}
