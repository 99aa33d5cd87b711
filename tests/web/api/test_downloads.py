"""Customers as a workbook, over the API."""

from datetime import UTC, datetime, timedelta

import pytest

from loyalty_core.database import Database
from segmenter.rows import CustomerDownload
from segmenter.spreadsheets.files import read_lines
from tests.web.api.conftest import Program


@pytest.fixture
def base(api: Program) -> Program:
    """Three customers, of whom the first has bought something, and one of their names is a formula."""
    for number, name in enumerate(("Ann", "=cmd()", "Cy")):
        told = {"external_id": f"c{number}", "first_name": name, "phone": f"+44 7700 90000{number}"}
        born = {"birth_date": "1988-02-29", "sex": "female", "email": "ann@example.test", "card": "RU-1"}
        api.post("/customers", told | (born if number == 0 else {}))
    line = {"sku": "tea", "quantity": 2, "price": "12.25"}
    receipt = {"external_id": "r1", "customer": {"external_id": "c0"}, "at": "2026-11-01T10:00:00Z", "lines": [line]}
    api.post("/purchases", receipt)
    return api


def rows(base: Program, download: int) -> list[list[str]]:
    """The lines of a download that is fetched."""
    answer = base.answer("GET", f"/downloads/{download}/customers.xlsx")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return [cells for _line, cells in read_lines(answer.data)]


def test_kilbil_the_result_of_a_segment_is_downloaded_for_excel(base: Program) -> None:
    """domain.md 1.25: download Excel."""
    bought = {"all": [{"condition": "purchase_count", "op": "ge", "value": 1}]}
    segment = base.post("/segments", {"name": "Buyers", "tree": bought})
    asked = base.post("/downloads", {"segment": segment["id"]})
    assert (asked["name"], asked["total"], asked["done"], asked["finished_at"]) == ("Buyers", 1, 0, None)
    head, ann = rows(base, asked["id"])
    assert head[:6] == ["Number", "First name", "Last name", "Card", "Phone", "E-mail"]
    assert ann[:7] == ["c0", "Ann", "", "RU-1", "+44 7700 900000", "ann@example.test", "female"]
    assert (ann[7], ann[10], ann[11]) == ("32202", "1", "24.5")
    told = base.get(f"/downloads/{asked['id']}")
    assert (told["done"], told["total"]) == (1, 1)
    assert told["finished_at"] >= told["started_at"] >= told["asked_at"]
    assert base.post("/downloads", {"tree": bought, "name": "Mine"})["name"] == "Mine"


def test_a_name_that_is_a_formula_comes_as_text(base: Program) -> None:
    names = [cells[1] for cells in rows(base, base.post("/downloads", {})["id"])]
    assert names == ["First name", "Cy", "'=cmd()", "Ann"]


def test_what_was_downloaded_makes_the_same_list_again(base: Program) -> None:
    made = base.post("/customer-lists", {"name": "All", "marks": ["c0", "c1", "c2"]})
    asked = base.post("/downloads", {"list": made["id"]})
    content = base.answer("GET", f"/downloads/{asked['id']}/customers.xlsx").data
    body = (
        b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
        + content
        + b"\r\n--part--\r\n"
    )
    told = {"Authorization": f"Bearer {base.key}", "Content-Type": "multipart/form-data; boundary=part"}
    sent = base.client.post("/api/v1/list-files", data=body, headers=told).get_json()
    assert (sent["lines"], sent["found"], sent["not_found"]) == (3, 3, 0)


def test_who_is_in_the_file_was_chosen_when_it_was_asked_for(base: Program) -> None:
    asked = base.post("/downloads", {})
    base.post("/customers", {"external_id": "late"})
    base.post("/customers/1/merge", {"customer": {"external_id": "c1"}}, 200)
    assert len(rows(base, asked["id"])) == 4
    assert len(rows(base, base.post("/downloads", {})["id"])) == 4


def test_a_download_is_forgotten_after_a_day(base: Program, database: Database) -> None:
    old, new = (base.post("/downloads", {})["id"] for _ in range(2))
    with database.begin() as session:
        session.get_one(CustomerDownload, old).asked_at = datetime.now(UTC) - timedelta(hours=25)
    base.post("/downloads", {})
    base.get(f"/downloads/{new}")
    base.get(f"/downloads/{old}", 404)
    base.get(f"/downloads/{old}/customers.xlsx", 404)


@pytest.mark.parametrize(
    ("wrong", "status", "where"),
    [
        ({"segment": 99}, 404, "segment"),
        ({"list": 99}, 404, "customer_list"),
        ({"selection": 99}, 404, "selection"),
        ({"segment": 1, "list": 1}, 400, "segment"),
        ({"tree": {}}, 400, "tree"),
        ({"tree": {"all": [{"condition": "nonsense"}]}}, 400, "tree.all.0.condition"),
        ({"name": "x" * 201}, 400, "name"),
        ({"segment": "1"}, 400, "segment"),
    ],
)
def test_a_wrong_download_is_refused_at_its_place(
    base: Program, wrong: dict[str, object], status: int, where: str
) -> None:
    assert base.places("POST", "/downloads", wrong, status) == [where]


def test_the_ticked_of_a_selection_are_downloaded(base: Program) -> None:
    opened = base.post("/selections", {"tree": {"all": []}})
    base.put(f"/selections/{opened['id']}/ticks", {"ticked": False, "customers": [2]})
    asked = base.post("/downloads", {"selection": opened["id"]})
    assert [cells[0] for cells in rows(base, asked["id"])] == ["Number", "c2", "c0"]
