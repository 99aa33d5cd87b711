"""Programmes and customer groups over the API."""

from typing import Any

import pytest

from tests.web.api.conftest import Program

SAVINGS: dict[str, Any] = {
    "name": "Savings",
    "kind": "both",
    "tiers": [
        {"above": "0.00", "bonus_percent": "2", "discount_percent": "10"},
        {"above": "1000.00", "bonus_percent": "3.25", "discount_percent": "20"},
    ],
    "payable_percent": "50",
    "delay_days": 2,
    "accrual_time": "09:00",
    "lifetime_days": 90,
    "counts_current": True,
    "shift_starts": "08:00",
    "shift_purchases_max": 5,
    "visit_hours": 6,
    "is_default": True,
}


def test_a_programme_is_kept_as_it_is_told(api: Program):
    made = api.post("/programmes", SAVINGS)
    assert made == SAVINGS | {"id": made["id"], "description": "", "archived": False, "has_password": False}
    assert api.get(f"/programmes/{made['id']}") == made
    changed = SAVINGS | {
        "name": "Gone",
        "is_default": False,
        "archived": True,
        "accrual_time": None,
        "lifetime_days": None,
    }
    assert api.put(f"/programmes/{made['id']}", changed)["archived"] is True
    assert [each["name"] for each in api.get("/programmes")["items"]] == ["Gone"]
    api.get("/programmes/404", 404)


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"payable_percent": "100.01"}, "payable_percent"),
        ({"payable_percent": 50}, "payable_percent"),
        ({"accrual_time": "24:00"}, "accrual_time"),
        ({"kind": "gift"}, "kind"),
        ({"kind": "bonus"}, "tiers.0.discount_percent"),
        ({"tiers": [{"above": "0.00", "bonus_percent": "0.001"}]}, "tiers.0.bonus_percent"),
        ({"tiers": [{"above": "5.00"}]}, "tiers"),
        ({"archived": True}, "archived"),
        ({"shift_starts": None}, "shift_starts"),
        ({"shift_purchases_max": 0}, "shift_purchases_max"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_place(api: Program, told, where: str):
    assert api.places("POST", "/programmes", SAVINGS | told) == [where]


def test_a_group_follows_a_programme_or_none(api: Program):
    programme = api.post("/programmes", SAVINGS)["id"]
    told = {"name": "Regulars", "description": "Since 2019", "programme": programme, "is_default": True}
    group = api.post("/customer-groups", told)
    assert group == told | {"id": group["id"], "kind": "both"}
    staff = api.put(f"/customer-groups/{group['id']}", {"name": "Staff"})
    assert (staff["programme"], staff["kind"], staff["is_default"]) == (None, "none", False)
    assert api.get(f"/customer-groups/{group['id']}") == staff
    assert api.get("/customer-groups?q=sta")["items"] == [staff]
    assert api.places("POST", "/customer-groups", {"name": "X", "programme": 404}) == ["programme"]
    assert api.places("POST", "/customer-groups", {"name": "Staff"}) == ["name"]


def test_a_customer_is_put_into_a_group_and_out_of_it(api: Program):
    customer = api.post("/customers", {"external_id": "c1"})["id"]
    group = api.post("/customer-groups", {"name": "Regulars"})["id"]
    api.put(f"/customers/{customer}/group", {"group": group}, 204)
    period = "begin=2026-11-01T00:00:00Z&end=2026-12-01T00:00:00Z"
    (row,) = api.get(f"/customer-groups/report?{period}")["items"]
    assert (row["group"], row["customers"]) == ({"id": group, "name": "Regulars"}, 1)
    api.put(f"/customers/{customer}/group", {"group": None}, 204)
    rows = api.get(f"/customer-groups/report?{period}")["items"]
    assert [row["customers"] for row in rows] == [0, 1]
    assert api.places("PUT", f"/customers/{customer}/group", {"group": 404}) == ["group"]
    assert api.places("PUT", "/customers/404/group", {"group": group}, 404) == ["customer_id"]
    assert api.places("GET", "/customer-groups/report?begin=2026-11-02T00:00:00Z&end=2026-11-01T00:00:00Z") == ["end"]


def test_three_receipts_of_two_clients_average_200_by_receipt(api: Program):
    """d27, "Звіт з маркетингу → Групи клієнтів": receipts of 100, 200 and 300."""
    group = api.post("/customer-groups", {"name": "Постійні клієнти", "is_default": True})["id"]
    for number, (customer, price) in enumerate([("olena", "100.00"), ("olena", "200.00"), ("taras", "300.00")]):
        api.call("POST", "/customers", {"external_id": customer})
        lines = [{"sku": "tea", "quantity": 1, "price": price}]
        receipt = {"external_id": str(number), "customer": {"external_id": customer}, "lines": lines}
        api.post("/purchases", receipt | {"at": f"2026-11-0{number + 1}T10:00:00Z"})
    (row,) = api.get("/customer-groups/report?begin=2026-11-01T00:00:00Z&end=2026-11-04T00:00:00Z")["items"]
    assert row == {
        "group": {"id": group, "name": "Постійні клієнти"},
        "customers": 2,
        "purchases": 3,
        "amount": "600.00",
        "average_receipt": "200.00",
    }
