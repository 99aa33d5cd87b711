"""The page that lets openings and clicks be counted."""

from loyalty_core.settings import Settings
from tests.web.pages.conftest import Reader


def test_counting_is_turned_on_with_an_example(reader: Reader, settings: Settings) -> None:
    text = reader.get("/settings/tracking")
    assert 'value="off" checked' in text
    assert "An engineer sets PUBLIC_URL" in text
    assert reader.post("/settings/tracking/example", 200, counting="on").text.count("https://shop.example/tea") == 2
    reader.post("/settings/tracking", counting="on")
    assert 'value="on" checked' in reader.get("/settings/tracking")
    assert "Choose whether" in reader.post("/settings/tracking", 400, counting="x").text
    reader.post("/settings/tracking", 400)
    assert 'value="on" checked' in reader.get("/settings/tracking")
