"""Who may see pages, and how they come and go."""

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from tests.support.application import EMAIL, PASSWORD
from tests.web.pages.conftest import TOKEN, Reader


def _sign_in(client: FlaskClient, email: str, password: str, wanted: str = "") -> tuple[int, str, str]:
    token = TOKEN.search(client.get("/sign-in").text)
    assert token is not None
    form = {"email": email, "password": password, "csrf_token": token[1], "next": wanted}
    answer = client.post("/sign-in", data=form)
    return answer.status_code, answer.headers.get("Location", ""), answer.text


@pytest.mark.parametrize(
    "path", ["/", "/campaigns", "/customers/1", "/runs?campaign=1", "/find?q=a", "/settings/api-keys"]
)
def test_pages_ask_to_sign_in_first_and_then_lead_back(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in?next=")


@pytest.mark.usefixtures("api_key")
def test_who_signs_in_comes_to_the_page_that_they_wanted(client: FlaskClient) -> None:
    assert _sign_in(client, EMAIL, PASSWORD, "/runs?campaign=1")[:2] == (302, "/runs?campaign=1")


@pytest.mark.usefixtures("api_key")
def test_another_site_is_never_the_page_that_they_wanted(client: FlaskClient) -> None:
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example/", "\\\\elsewhere.example"):
        status, location, _text = _sign_in(client, EMAIL, PASSWORD, elsewhere)
        assert status == 200 or not urlsplit(location).netloc
        client.delete_cookie("session")


@pytest.mark.usefixtures("api_key")
def test_a_wrong_password_and_an_unknown_address_are_told_alike(client: FlaskClient) -> None:
    known = _sign_in(client, EMAIL, "not the password")
    unknown = _sign_in(client, "nobody@example.test", "not the password")
    for status, _location, text in (known, unknown):
        assert status == 200
        assert "The e-mail or the password is not right" in text


def test_a_form_without_its_token_changes_nothing(reader: Reader) -> None:
    answer = reader.client.post("/campaigns")
    assert answer.status_code == 400
    assert "This form has grown old" in answer.text
    assert "Start from one that works" in reader.get("/campaigns")


def test_who_signs_out_is_asked_to_sign_in_again(reader: Reader) -> None:
    reader.post("/sign-out")
    assert reader.client.get("/campaigns").status_code == 302


def test_health_needs_no_sign_in(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
