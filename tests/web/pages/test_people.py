"""Tags, referral and merging on the pages."""

from typing import Any

from loyalty_core.customers.merged import CustomerMerge
from loyalty_core.database import Database
from tests.web.pages.conftest import Reader, Shop

RULES: dict[str, Any] = {"gift_inviter": "300", "gift_invited": "100", "percent_1": "5", "percent_2": "2,5"}


def test_a_tag_is_made_put_on_taken_off_and_switched_off(reader: Reader, shop: Shop) -> None:
    assert "No tag yet" in reader.get("/tags")
    reader.post("/tags/new", name="Friend of the house", description="By hand", active="1")
    reader.post(f"/customers/{shop.anna}/tags", tag="1")
    assert "Take “Friend of the house” off" in reader.get(f"/customers/{shop.anna}")
    assert "no active tag" in reader.get(f"/customers/{shop.anna}")
    reader.post("/tags/1", name="Friend of the house")
    assert "Switched off" in reader.get("/tags")
    assert "is not active" in reader.post(f"/customers/{shop.boris}/tags", 400, tag="1").text
    reader.post(f"/customers/{shop.anna}/tags/1/removal")
    reader.get("/tags")  # the notice is read
    assert "Friend of the house" not in reader.get(f"/customers/{shop.anna}")
    for wrong in ({"name": ""}, {"name": "x" * 101}):
        reader.post("/tags/new", 400, **wrong)
    assert "There is a tag with this name" in reader.post("/tags/new", 400, name="Friend of the house").text
    reader.post(f"/customers/{shop.anna}/tags", 400, tag="")
    reader.post(f"/customers/{shop.anna}/tags", 404, tag="404")
    reader.get("/tags/404", status=404)


def test_a_selection_of_the_list_is_tagged(reader: Reader, shop: Shop) -> None:
    reader.post("/tags/new", name="Club", active="1")
    assert "Tick all of this page" in reader.get("/customers")
    both: Any = {"customer": [str(shop.anna), str(shop.boris)], "whom": "ticked"}
    marked: Any = {"tag": "1", "change": "on"}
    reader.post("/customers/tags", **marked, **both)
    assert "“Club” is on 2 more customers" in reader.get("/tags")
    assert ">2<" in reader.get("/tags")
    found = reader.post("/customers/tags?q=clara", **marked, whom="found")
    assert found.headers["Location"] == "/customers?q=clara"
    assert ">3<" in reader.get("/tags")
    assert "Tick customers" in reader.post("/customers/tags", 400, **marked, whom="ticked").text
    assert "Choose a tag" in reader.post("/customers/tags", 400, whom="found").text
    reader.post("/customers/tags?segment=1", tag="1", change="off", whom="found")
    assert "“Club” is off 3 customers" in reader.get("/tags")
    assert "3 customers" in reader.get("/customers?segment=1")
    reader.get("/customers?segment=404", status=404)


def test_what_invitations_bring_is_set_up_with_an_example(reader: Reader, shop: Shop) -> None:
    reader.post("/programmes/new", name="Friends", kind="bonus", above="0", bonus="0", discount="", payable="100")
    example = reader.post("/programmes/1/referral/example", 200, **RULES).text
    for shown in ("300.00", "100.00", "50.00", "25.00"):
        assert shown in example
    wrong = RULES | {"percent_3": "101"}
    assert "Write a percent" in reader.post("/programmes/1/referral/example", 200, **wrong).text
    assert 'class="hint bad"' in reader.post("/programmes/1/referral", 400, **wrong).text
    reader.post("/programmes/1/referral", **RULES)
    assert 'value="2.50"' in reader.get("/programmes/1/referral")
    reader.get("/programmes/404/referral", status=404)


def test_who_invited_whom_stands_on_both_profiles(reader: Reader, shop: Shop) -> None:
    reader.post(f"/customers/{shop.boris}/inviter", inviter="RU-204417")
    assert "Anna Bell" in reader.get(f"/customers/{shop.boris}")
    assert "Has invited 1 customer" in reader.get(f"/customers/{shop.anna}")
    assert "Choose somebody else" in reader.post(f"/customers/{shop.anna}/inviter", 400, inviter="boris").text
    assert "Nobody is known" in reader.post(f"/customers/{shop.anna}/inviter", 400, inviter="404").text
    wrong = {"first_name": "Dan", "phone": "+44 7700 900777", "invited_by": "404"}
    assert "Nobody is known" in reader.post("/customers/new", 400, **wrong).text
    made = reader.post("/customers/new", 302, **{**wrong, "invited_by": "boris"})
    assert "Boris Stone" in reader.get(made.headers["Location"])
    reader.post(f"/customers/{shop.boris}/inviter", inviter="")
    assert "Nobody invited them" in reader.get(f"/customers/{shop.boris}")


def test_two_customers_are_shown_side_by_side_and_become_one(reader: Reader, shop: Shop, database: Database) -> None:
    path = f"/customers/{shop.boris}/merge"
    assert "The other one" in reader.get(path)
    assert "Nobody is known by" in reader.get(f"{path}?who=404", status=400)
    assert "same customer" in reader.get(f"{path}?who=boris")
    both = reader.get(f"{path}?who=RU-204417")
    assert "What comes together" in both
    assert "Merge into Boris Stone" in both
    reader.post(path, 400, who="x")
    reader.post(path, 404, other="404")
    sent = reader.post(path, other=str(shop.anna))
    assert sent.headers["Location"] == f"/customers/{shop.boris}"
    kept = reader.get(f"/customers/{shop.boris}")
    assert "RU-204417" in kept
    assert f"Merged with customer {shop.anna}" in kept
    moved = reader.client.get(f"/customers/{shop.anna}?lots=all")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/customers/{shop.boris}?lots=all")
    assert "Anna" not in reader.get("/customers?q=Anna").split("<tbody>")[-1].split("No customer has")[0]
    with database.read() as session:
        assert session.get_one(CustomerMerge, shop.anna).author
    assert "by now: take that one" in reader.post(f"/customers/{shop.clara}/merge", 409, other=str(shop.anna)).text
