"""Lists of customers and downloads on the pages."""

import re
from io import BytesIO

import pytest

from segmenter.spreadsheets.files import read_lines
from tests.support.workbooks import sheet, workbook
from tests.web.pages.conftest import TOKEN, Reader, Shop


def _send(reader: Reader, content: bytes, status: int = 302, name: str = "guests.xlsx") -> str:
    """Send a file; where it leads to, or what is said."""
    token = TOKEN.search(reader.client.get("/sign-out").text)
    assert token is not None
    form = {"csrf_token": token[1], "file": (BytesIO(content), name)}
    answer = reader.client.post("/lists/files", data=form)
    assert answer.status_code == status
    return answer.headers.get("Location") or answer.text


def test_a_list_is_made_of_a_file_after_a_look_at_whom_it_names(reader: Reader, shop: Shop) -> None:
    assert "No list yet" in reader.get("/lists")
    rows: list[tuple[str, str | float]] = [
        ("Guest", "Phone"),
        ("Anna", 447700900014.0),
        ("A. Bell", "+44 7700 900014"),
        ("=1+1", "nobody"),
    ]
    preview = _send(reader, workbook(sheet(*rows)))
    text = reader.get(preview)
    assert "Save the list of 1 customer" in text
    assert "The same customer as in line 2" in text
    assert "Nobody is known by this" in text
    assert 'value="guests"' in text
    assert "4,nobody,not found" in reader.get(f"{preview}/report")
    assert reader.get("/lists").count("No list yet") == 1
    assert "Write a name" in reader.post(preview, 400, name="").text
    assert reader.post(preview, name="Guests").headers["Location"] == "/lists/1"
    text = reader.get("/lists/1")
    assert "Anna Bell" in text
    assert "Boris" not in text
    assert "report on guests.xlsx" in text
    assert "A list was made of this file" in reader.get(preview)
    assert "already" in reader.post(preview, 400, name="Again").text
    assert "already" in reader.post(f"{preview}/column", 400, column="0").text
    assert "No customer of this list has" in reader.get("/lists/1?q=zzz")
    assert "No list has" in reader.get("/lists?q=zzz")


def test_another_column_of_a_file_may_name_the_customers(reader: Reader, shop: Shop) -> None:
    preview = _send(reader, b"anna,+44 7700 900014\nboris,\nclara,\n", name="x.csv")
    assert "Save the list of 3 customers" in reader.get(preview)
    reader.post(f"{preview}/column", column="1")
    assert "Save the list of 1 customer" in reader.get(preview)
    for wrong in ("", "x", "-1", "999"):
        assert 'class="hint bad"' in reader.post(f"{preview}/column", 400, column=wrong).text


@pytest.mark.usefixtures("shop")
def test_a_segment_is_kept_as_it_is_now_and_a_list_in_use_stays(reader: Reader) -> None:
    assert 'class="hint bad"' in reader.post("/lists/new", 400, name="", segment="1").text
    assert "Choose a segment" in reader.post("/lists/new", 400, name="Today", segment="").text
    assert reader.post("/lists/new", name="Today", segment="1").headers["Location"] == "/lists/1"
    assert "choose another name" in reader.post("/lists/new", 400, name="Today", segment="1").text
    reader.post("/lists/new", 404, name="x", segment="99")
    assert re.search(r"3</span>|3 customers|3\u00a0customers", reader.get("/lists/1"))
    reader.post("/lists/1/deletion")
    reader.get("/lists/1", status=404)
    reader.post("/lists/1/deletion", 404)


@pytest.mark.parametrize(("content", "told"), [(b"", "The file is empty"), (b"PK\x03\x04no", "damaged")])
def test_a_file_that_cannot_be_read_is_refused_at_its_field(reader: Reader, content: bytes, told: str) -> None:
    assert told in _send(reader, content, 400)
    assert "Choose a file" in reader.post("/lists/files", 400).text
    reader.get("/lists/files/99", status=404)


def test_who_was_chosen_is_downloaded_with_the_progress_beside_it(reader: Reader, shop: Shop) -> None:
    for form, names in (
        ({"segment": "1"}, ["Clara", "Boris", "Anna"]),
        ({"q": "bell"}, ["Anna"]),
        ({}, ["Clara", "Boris", "Anna"]),
    ):
        page = reader.post("/downloads", **form).headers["Location"]
        assert "begins to come by itself" in reader.get(page)
        _head, *rows = read_lines(reader.client.get(f"{page}/customers.xlsx").data)
        assert [cells[1] for _line, cells in rows] == names
        assert "The file is whole" in reader.get(page)
    empty = reader.post("/downloads", q="zzz").headers["Location"]
    assert "Nobody to download" in reader.get(empty)
    reader.post("/downloads", 404, segment="99")
    reader.post("/downloads", 404, list="99")
    reader.get("/downloads/99", status=404)
