"""The switch that lets openings and clicks be counted."""

import pytest

from tests.web.api.conftest import Program


def test_counting_is_off_until_it_is_turned_on(api: Program) -> None:
    assert api.get("/message-tracking") == {"on": False, "public_url": None}
    assert api.put("/message-tracking", {"on": True})["on"] is True
    assert api.put("/message-tracking", {"on": True})["on"] is True
    assert api.put("/message-tracking", {"on": False}) == api.get("/message-tracking")


@pytest.mark.parametrize("told", [{}, {"on": None}, {"on": "perhaps"}, {"on": []}])
def test_a_switch_is_on_or_off(api: Program, told: object) -> None:
    assert api.places("PUT", "/message-tracking", told) == ["on"]
