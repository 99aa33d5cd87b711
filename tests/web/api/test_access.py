"""Who may call the API."""

import re

from flask.testing import FlaskClient
from sqlalchemy import update

from loyalty_core.database import Database
from tests.support.application import EMAIL, PASSWORD
from tests.web.api.conftest import Program
from web.accounts import User


def sign_in(client: FlaskClient) -> str:
    """Sign in as a person does; answers the token that a page carries for its scripts."""
    form = client.get("/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    assert token is not None
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token[1]})
    assert answer.status_code == 302, answer.text
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/api/docs").text)
    assert found is not None
    return found[1]


def test_nobody_is_let_in_without_a_key_or_a_session(client):
    answer = client.get("/api/v1/outlets")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json()["errors"][0]["where"] == "Authorization"


def test_an_unknown_key_opens_nothing(api: Program):
    assert api.places("GET", "/outlets", status=401, Authorization="Bearer catena_nonsense") == ["Authorization"]
    assert api.places("GET", "/outlets", status=401, Authorization="Basic eDp5") == ["Authorization"]


def test_a_key_of_somebody_who_was_shut_out_opens_nothing(api: Program, database: Database):
    with database.begin() as session:
        session.execute(update(User).values(active=False))
    api.get("/outlets", status=401)


def test_a_signed_in_person_reads_without_a_token_and_writes_with_one(client: FlaskClient, api_key: str):
    token = sign_in(client)
    assert client.get("/api/v1/outlets").status_code == 200
    refused = client.post("/api/v1/tags", json={"name": "VIP"})
    assert (refused.status_code, refused.get_json()["errors"][0]["where"]) == (403, "X-CSRFToken")
    assert client.get("/api/v1/tags").get_json()["items"] == []
    assert client.post("/api/v1/tags", json={"name": "VIP"}, headers={"X-CSRFToken": token}).status_code == 201


def test_a_forged_token_writes_nothing(client: FlaskClient, api_key: str):
    sign_in(client)
    refused = client.post("/api/v1/tags", json={"name": "VIP"}, headers={"X-CSRFToken": "forged"})
    assert refused.status_code == 403


def test_a_wrong_key_is_not_made_good_by_a_session(client: FlaskClient, api_key: str):
    sign_in(client)
    assert client.get("/api/v1/outlets", headers={"Authorization": "Bearer wrong"}).status_code == 401
