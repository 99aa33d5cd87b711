"""Lists of customers from spreadsheets, over the API."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from tests.support.workbooks import sheet, workbook
from tests.web.api.conftest import Program

STRANGER = "+44 7700 900999"


@pytest.fixture
def base(api: Program) -> Program:
    """Four customers with a number, a card, a phone and an e-mail address each."""
    for number in range(4):
        marks = {"card": f"RU-100{number}", "phone": f"+7999123456{number}", "email": f"c{number}@example.test"}
        api.post("/customers", {"external_id": f"c{number}", "first_name": f"Ann{number}", **marks})
    return api


def send(base: Program, content: bytes | str, name: str = "guests.csv", status: int = 201) -> Any:
    """The answer to a file that was sent."""
    raw = content.encode() if isinstance(content, str) else content
    head = f'--part\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + raw + b"\r\n--part--\r\n"
    told = {"Authorization": f"Bearer {base.key}", "Content-Type": "multipart/form-data; boundary=part"}
    answer = base.client.post("/api/v1/list-files", data=body, headers=told)
    assert answer.status_code == status, (answer.status_code, answer.text)
    return answer.get_json()


def figures(sent: Any) -> tuple[int, int, int, int]:
    return sent["lines"], sent["found"], sent["doubles"], sent["not_found"]


def refusal(base: Program, content: bytes | str) -> str:
    """What is said of a file that is refused."""
    (error,) = send(base, content, status=400)["errors"]
    assert error["where"] == "file"
    message: str = error["message"]
    return message


def test_kilbil_an_own_list_is_uploaded_from_excel_and_the_segment_asks_for_it(base: Program) -> None:
    """domain.md 1.23: own list (Excel upload)."""
    rows: list[tuple[str, str | float]] = [
        ("Name", "Phone"),
        ("Ann", 79991234560.0),
        ("Bob", 79991234561.0),
        ("Ann", "8"),
        ("Cy", STRANGER),
    ]
    sent = send(base, workbook(sheet(*rows)), "гости.xlsx")
    assert (sent["name"], sent["column"], figures(sent)) == ("гости.xlsx", 1, (4, 2, 0, 2))
    assert sent["columns"][1] == {"place": 1, "heading": "Phone", "example": "79991234560", "found": 2}
    made = base.post("/customer-lists", {"name": "Guests", "file": sent["id"]})
    assert (made["size"], made["not_found"]) == (2, [])
    tree = {"all": [{"condition": "customer_list", "op": "has", "value": [made["id"]]}]}
    sample = base.post("/segments/preview", {"tree": tree}, 200)["sample"]
    assert sorted(row["name"] for row in sample) == ["Ann0", "Ann1"]
    assert base.get(f"/list-files/{sent['id']}")["list"] == made["id"]
    base.post("/customer-lists", {"name": "Again", "file": sent["id"]}, 409)
    assert base.places("PUT", f"/list-files/{sent['id']}", {"column": 0}, 409) == ["column"]


def test_a_report_says_line_by_line_who_was_not_found_and_who_was_named_twice(base: Program) -> None:
    sent = send(base, "mark\nc0\n+7 999 123-45-60\n\nnobody\nC1@EXAMPLE.test\n=HYPERLINK(1)\n")
    assert figures(sent) == (5, 2, 1, 2)
    answer = base.answer("GET", f"/list-files/{sent['id']}/report")
    assert answer.mimetype == "text/csv"
    assert answer.data.decode("utf-8-sig").splitlines() == [
        "line,cell,outcome,reason",
        "3,+7 999 123-45-60,double,The same customer as in line 2",
        "5,nobody,not found,Nobody is known by this",
        "7,'=HYPERLINK(1),not found,Nobody is known by this",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_table_in_text_is_read_in_every_usual_encoding(base: Program, encoding: str, separator: str) -> None:
    rows = [("Имя", "Почта"), ("Анна «А»", "c0@example.test"), ('"Борис', '2"', "c1@example.test")]
    text = "\r\n".join(separator.join(row) for row in [*rows[:2], ('"Борис\r\n2"', "c1@example.test")])
    sent = send(base, text.encode(encoding))
    assert (sent["columns"][0]["heading"], sent["column"], figures(sent)) == ("Имя", 1, (2, 2, 0, 0))


def test_numbers_that_a_spreadsheet_has_cut_name_nobody(base: Program) -> None:
    base.post("/customers", {"external_id": "79991000000", "card": "0042"})
    sent = send(base, 'x\n7.9991E+10\n"7,9991234560E+10"\n79991234561.0\n42\n="c2"\n\'c3\n')
    assert figures(sent) == (6, 4, 0, 2)
    told = base.answer("GET", f"/list-files/{sent['id']}/report").data.decode("utf-8-sig")
    assert '2,7.9991E+10,not found,"The spreadsheet has cut this number: make the column text' in told
    assert "5,42,not found,Nobody has this number or card; a spreadsheet drops zeros in front of numbers" in told
    cut = send(base, workbook(sheet(("Card",), (1234567890123456.0,))))
    assert "has cut this number" in base.answer("GET", f"/list-files/{cut['id']}/report").text


def test_who_has_been_merged_is_found_as_who_they_are_now(base: Program) -> None:
    base.post("/customers/1/merge", {"customer": {"external_id": "c1"}}, 200)
    sent = send(base, "c1\nc0\nc2\n")
    assert (figures(sent), sent["merged"]) == ((3, 2, 1, 0), 1)
    assert base.post("/customer-lists", {"name": "Both", "file": sent["id"]})["size"] == 2
    assert base.post("/customer-lists", {"name": "Marks", "marks": ["c1", "c0"]})["size"] == 1


def test_the_column_is_recognised_by_whom_it_names_and_may_be_changed(base: Program) -> None:
    for number in (1, 2, 3):
        base.post("/customers", {"external_id": str(number)})
    sent = send(base, "1;c0@example.test;\n2;c1@example.test;c3\n3;c9@example.test;c2\n")
    assert (sent["column"], figures(sent)) == (1, (3, 2, 0, 1))
    assert figures(base.put(f"/list-files/{sent['id']}", {"column": 2})) == (3, 2, 0, 1)
    assert figures(base.put(f"/list-files/{sent['id']}", {"column": 0})) == (3, 3, 0, 0)
    for wrong in (-1, 256, "x", None):
        base.put(f"/list-files/{sent['id']}", {"column": wrong}, 400)
    base.put("/list-files/99", {"column": 0}, 404)
    base.get("/list-files/99", 404)
    base.get("/list-files/99/report", 404)


def test_a_file_that_names_nobody_makes_no_list(base: Program) -> None:
    sent = send(base, "somebody\nelse\n")
    assert base.places("POST", "/customer-lists", {"name": "x", "file": sent["id"]}) == ["file"]
    base.post("/customer-lists", {"name": "x", "file": 99}, 404)
    base.post("/customer-lists", {"name": "x", "file": sent["id"], "marks": ["c0"]}, 400)
    assert base.get("/customer-lists")["items"] == []


def test_a_file_goes_with_the_list_that_was_made_of_it(base: Program) -> None:
    sent = send(base, "c0\n")
    made = base.post("/customer-lists", {"name": "One", "file": sent["id"]})
    base.delete(f"/customer-lists/{made['id']}")
    base.get(f"/list-files/{sent['id']}", 404)


def test_no_file_is_refused_at_its_place(base: Program) -> None:
    told = {"Authorization": f"Bearer {base.key}"}
    for form in ({}, {"file": "text"}):
        answer = base.client.post("/api/v1/list-files", data=form, headers=told)
        assert (answer.status_code, answer.get_json()["errors"][0]["where"]) == (400, "file")
    assert "empty" in refusal(base, "")
    assert "empty" in refusal(base, "\r\n\r\n")
    assert "more than 15 MB" in refusal(base, b"c0\n" * (5 * 2**20 + 1))


def test_of_two_who_save_one_file_at_once_one_makes_the_list(base: Program, app: Flask) -> None:
    file = send(base, "c0\nc1\n")["id"]

    def save(name: str) -> int:
        program = Program(app.test_client(), base.key)
        return program.answer("POST", "/customer-lists", {"name": name, "file": file}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, ("One", "Other"))) == [201, 409]
    assert len(base.get("/customer-lists")["items"]) == 1
