"""A write with an Idempotency-Key happens once."""

import threading

from flask import Flask
from sqlalchemy import func, select, update

from loyalty_core.customers.rows import Tag
from loyalty_core.database import Database
from tests.web.api.conftest import Program
from web.api.idempotency import KEPT, ApiIdempotency
from web.session import moment


def test_the_same_key_with_the_same_request_gives_the_first_answer_again(api: Program):
    first = api.answer("POST", "/tags", {"name": "VIP"}, Idempotency_Key="k1")
    again = api.answer("POST", "/tags", {"name": "VIP"}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(api.get("/tags")["items"]) == 1


def test_the_same_key_with_another_request_is_a_conflict(api: Program):
    api.post("/tags", {"name": "VIP"}, Idempotency_Key="k1")
    assert api.places("POST", "/tags", {"name": "Staff"}, 409, Idempotency_Key="k1") == ["Idempotency-Key"]
    assert api.places("POST", "/outlets", {"name": "VIP"}, 409, Idempotency_Key="k1") == ["Idempotency-Key"]
    assert len(api.get("/tags")["items"]) == 1


def test_a_refused_write_leaves_its_key_free(api: Program):
    api.post("/tags", {"name": ""}, 400, Idempotency_Key="k1")
    api.post("/tags", {"name": "VIP"}, Idempotency_Key="k1")


def test_an_answer_without_a_body_is_kept_too(api: Program):
    customer = api.post("/customers", {"external_id": "c1"})["id"]
    tag = api.post("/tags", {"name": "VIP"})["id"]
    for _time in range(2):
        answer = api.answer("PUT", f"/customers/{customer}/tags/{tag}", Idempotency_Key="k1")
        assert (answer.status_code, answer.data) == (204, b"")


def test_a_key_that_cannot_be_kept_is_refused(api: Program):
    for key in ("", "a b", "x" * 201, "ключ".encode().decode("latin-1")):
        assert api.places("POST", "/tags", {"name": "VIP"}, Idempotency_Key=key) == ["Idempotency-Key"]


def test_a_kept_answer_is_forgotten_after_its_time(api: Program, app: Flask, database: Database):
    api.post("/tags", {"name": "VIP"}, Idempotency_Key="old")
    with app.test_request_context(), database.begin() as session:
        session.execute(update(ApiIdempotency).values(created_at=moment() - KEPT * 2))
    api.post("/tags", {"name": "Staff"}, Idempotency_Key="new")
    with database.read() as session:
        assert session.scalars(select(ApiIdempotency.key)).all() == ["new"]


def test_equal_requests_at_once_have_one_effect(api: Program, app: Flask, database: Database):
    answers = []

    def call() -> None:
        mine = Program(app.test_client(), api.key)
        answers.append(mine.answer("POST", "/tags", {"name": "VIP"}, Idempotency_Key="k1"))

    callers = [threading.Thread(target=call) for _number in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Tag)) == 1


def test_a_call_that_only_reads_takes_no_notice_of_a_key(api: Program):
    trees: list[dict[str, list[str]]] = [{"all": []}, {"any": []}]
    for tree in trees:
        answer = api.answer("POST", "/segments/preview", {"tree": tree}, Idempotency_Key="k1")
        assert answer.status_code == 200
