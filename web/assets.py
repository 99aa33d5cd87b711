"""Where the built scripts are: reads Vite's manifest and lists what a page must load."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

DIST = Path(__file__).parent / "static" / "dist"
DIST_PATH = "/static/dist/"


@dataclass
class Entry:
    """What one entry needs: its module, style sheets, and modules to preload; all are paths from the root."""

    module: str
    styles: list[str] = field(default_factory=list)
    preloads: list[str] = field(default_factory=list)


def entry(name: str, dist: Path = DIST) -> Entry:
    """The files of `editor`, `run` or `builder`; LookupError when the canvas has not been built."""
    manifest = _manifest(dist, (dist / "manifest.json").stat().st_mtime_ns) if (dist / "manifest.json").exists() else {}
    chunk = manifest.get(f"web/canvas/{name}.tsx")
    if chunk is None:
        raise LookupError(f"no built entry {name!r}: run npm run build")
    found = Entry(_path(chunk["file"]))
    _walk(manifest, chunk, found, set())
    return found


def _walk(manifest: dict[str, Any], chunk: dict[str, Any], found: Entry, seen: set[str]) -> None:
    for each in chunk.get("imports", []):
        if each not in seen:
            seen.add(each)
            _walk(manifest, manifest[each], found, seen)
            found.preloads.append(_path(manifest[each]["file"]))
    found.styles += [_path(style) for style in chunk.get("css", []) if _path(style) not in found.styles]


@cache
def _manifest(dist: Path, _changed: int) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((dist / "manifest.json").read_text())
    return loaded


def _path(file: str) -> str:
    return f"{DIST_PATH}{file}"


def serve_assets(app: Flask) -> None:
    """Let templates ask for `entry(name)`, and for `static(file)`, whose address changes when the file does."""
    app.jinja_env.globals["entry"] = entry
    app.jinja_env.globals["static"] = static

    @app.after_request
    def keep(response: Response) -> Response:
        # Their addresses change with their contents; fonts never change.
        hashed = request.path.startswith(f"{DIST_PATH}assets/") or "v" in request.args
        if request.endpoint == "static" and (hashed or request.path.endswith(".woff2")):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def static(file: str) -> str:
    """The address of a file in `web/static`."""
    path = Path(current_app.static_folder or "") / file
    return f"/static/{file}?v={path.stat().st_mtime_ns:x}"
