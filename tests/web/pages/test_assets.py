"""Scripts, style sheets and icons that pages load are there, and come from us."""

import json
import re
from pathlib import Path

import pytest

from campaigns.nodes import NODE_TYPES
from tests.web.pages.conftest import Reader
from web.assets import entry

WEB = Path(__file__).parents[3] / "web"
STATIC = WEB / "static"


def test_an_entry_brings_the_styles_and_modules_of_all_that_it_imports(tmp_path: Path) -> None:
    manifest = {
        "web/canvas/editor.tsx": {"file": "assets/editor.js", "css": ["assets/editor.css"], "imports": ["_graph.js"]},
        "_graph.js": {"file": "assets/graph.js", "css": ["assets/graph.css"], "imports": ["_react.js"]},
        "_react.js": {"file": "assets/react.js", "imports": ["_graph.js"]},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    found = entry("editor", tmp_path)
    assert found.module == "/static/dist/assets/editor.js"
    assert found.preloads == ["/static/dist/assets/react.js", "/static/dist/assets/graph.js"]
    assert found.styles == ["/static/dist/assets/graph.css", "/static/dist/assets/editor.css"]


def test_a_canvas_that_was_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="npm run build"):
        entry("editor", tmp_path)


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    named = {node_type.icon for node_type in NODE_TYPES.values()}
    for file in WEB.rglob("templates/*.html"):
        named |= set(re.findall(r'icon\("([a-z0-9-]+)"', file.read_text()))
    for file in WEB.glob("canvas/**/*.ts*"):
        named |= set(re.findall(r'<Icon[^>]* name="([a-z0-9-]+)"', file.read_text()))
    assert named - sprite == set()
    assert sprite == set((STATIC / "vendor" / "icons.txt").read_text().split())


def test_nothing_is_loaded_from_elsewhere(reader: Reader) -> None:
    text = reader.get("/campaigns")
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', text)
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    for address in loaded:
        if address.startswith("/static/"):
            with reader.client.get(address) as answer:
                assert answer.status_code == 200, address
                assert "immutable" in answer.headers["Cache-Control"], address
    for sheet in ("catena.css", "pages.css"):
        for address in re.findall(r"url\(([^)]+)\)", (STATIC / sheet).read_text()):
            assert (STATIC / address).is_file(), address
