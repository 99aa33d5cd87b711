"""Make ../icons.svg from the names in icons.txt and a folder of Tabler's outline icons.

    python web/static/vendor/sprite.py node_modules/@tabler/icons/icons/outline
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent


def sprite(folder: Path) -> str:
    """One SVG with a `<symbol>` for each icon; colour and stroke come from the `<svg class="i">` that uses it."""
    symbols = [symbol(folder / f"{name}.svg") for name in (HERE / "icons.txt").read_text().split()]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def symbol(file: Path) -> str:
    """One icon's shapes, without the transparent square that Tabler puts under each."""
    shapes = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(), re.DOTALL)
    if shapes is None:
        raise ValueError(f"{file} is not an icon")
    inner = re.sub(r'<path stroke="none"[^>]*/>', "", shapes.group(1))
    return f'<symbol id="{file.stem}" viewBox="0 0 24 24">{" ".join(inner.split())}</symbol>'


if __name__ == "__main__":
    (HERE.parent / "icons.svg").write_text(sprite(Path(sys.argv[1])))
