"""One catalogue for pages, for messages of the floors below, and for scripts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from flask import Flask

from loyalty_core.settings import Settings
from tests.web.pages.conftest import Reader
from web import i18n

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of an installation that has a little Russian."""
    catalogue = Catalog("ru", fuzzy=False)
    catalogue.add("Campaigns", "Кампании")
    catalogue.add("There is no campaign %(id)s", "Нет кампании %(id)s")
    catalogue.add(("{n} customer", "{n} customers"), ("{n} клиент", "{n} клиента", "{n} клиентов"))
    file = tmp_path / "locale" / "ru" / "LC_MESSAGES" / "catena.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_mo(out, catalogue)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path / "locale")
    i18n._languages.cache_clear()
    yield settings
    i18n._languages.cache_clear()


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Its catalogues are read once."""
    return own_app


def test_pages_and_the_floors_below_speak_the_readers_language(reader: Reader) -> None:
    russian = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}
    text = reader.client.get("/campaigns", headers=russian).text
    assert '<html lang="ru"' in text
    assert "<h1>Кампании</h1>" in text
    assert "Нет кампании 99" in reader.client.get("/campaigns/99", headers=russian).text


def test_who_asks_for_a_language_that_is_not_here_gets_english(reader: Reader) -> None:
    text = reader.client.get("/campaigns", headers={"Accept-Language": "fi"}).text
    assert '<html lang="en"' in text
    assert 'id="catalog"' not in text


def test_scripts_get_the_catalogue_as_data_with_all_plural_forms(reader: Reader) -> None:
    text = reader.client.get("/campaigns", headers={"Accept-Language": "ru"}).text
    found = re.search(r'<script type="application/json" id="catalog">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    catalogue = json.loads(found[1])
    assert catalogue["Campaigns"] == "Кампании"
    assert catalogue["{n} customer"] == ["{n} клиент", "{n} клиента", "{n} клиентов"]


def test_words_are_extracted_from_python_templates_and_scripts() -> None:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy": None, "t": None, "tn": (1, 2)}
    found = extract_from_dir(ROOT, methods, options, keywords)
    files = {name for name, *_rest in found}
    for kind in ("campaigns/nodes/accrue_bonuses.py", "web/templates/campaigns.html", "web/canvas/api.ts"):
        assert kind in files
    assert not any(name.startswith(("tests/", "node_modules/", ".venv/")) for name in files)
