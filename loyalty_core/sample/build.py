"""Makes the compact file of the demonstration data: `python -m loyalty_core.sample.build online_retail.csv.gz`.

Only lines without a customer and exact repeats of a line of the same receipt are left out. What remains is written as
whole numbers (see `online_retail.md` beside the file).
"""

import csv
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_name("online_retail.json.gz")
CATEGORIES = {
    "Christmas": ("christmas", "xmas", "advent", "reindeer", "santa", "snow"),
    "Bags": ("bag", "backpack", "purse", "shopper"),
    "Lights and candles": ("light", "lamp", "lantern", "candle", "t-light", "night"),
    "Kitchen and tea": ("mug", "cup", "tea", "cake", "plate", "bowl", "jar", "kitchen", "spoon", "lunch", "baking"),
    "Stationery": ("card", "wrap", "paper", "pen", "pencil", "sticker", "notebook", "ribbon", "tissue"),
    "Garden": ("garden", "flower", "plant", "bird", "watering"),
    "Jewellery": ("necklace", "bracelet", "earring", "ring", "brooch"),
    "Toys": ("toy", "doll", "game", "puzzle", "playhouse", "children", "kids", "baby"),
    "Home": ("cushion", "clock", "frame", "sign", "hook", "drawer", "doormat", "heart", "box", "metal"),
}


class Row(NamedTuple):
    """A line of the source."""

    receipt: str
    sku: str
    name: str
    quantity: int
    at: datetime
    price: int
    customer: str
    country: str


def main(source: Path) -> None:
    """Write the compact file beside this module."""
    everything = list(_rows(source))
    rows = [row for row in dict.fromkeys(everything) if row.customer]
    first_day = min(row.at for row in everything).replace(hour=0, minute=0)
    products = _products(everything)
    numbers = {sku: place for place, (sku, _name, _category) in enumerate(products)}
    countries = {row.customer: row.country for row in reversed(rows)}
    customers = {customer: place for place, customer in enumerate(sorted(countries))}
    data = {
        "days": (max(row.at for row in rows) - first_day).days,
        "products": products,
        "customers": [[customer, countries[customer]] for customer in customers],
        "receipts": [
            [
                receipt,
                customers[lines[0].customer],
                int((min(line.at for line in lines) - first_day).total_seconds()) // 60,
                [value for line in lines for value in (numbers[line.sku], line.quantity, line.price)],
            ]
            for receipt, lines in _by_receipt(rows).items()
        ],
    }
    text = json.dumps(data, separators=(",", ":"))
    # Without a time stamp the same source makes the same file.
    FILE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _rows(source: Path) -> Iterator[Row]:
    with gzip.open(source, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield Row(
                row["InvoiceNo"],
                row["StockCode"],
                row["Description"].strip(),
                int(Decimal(row["Quantity"])),
                datetime.fromisoformat(row["InvoiceDate"]).replace(second=0),
                int((Decimal(row["UnitPrice"]) * 100).quantize(Decimal(1), ROUND_HALF_UP)),
                row["CustomerID"].removesuffix(".0"),
                row["Country"],
            )


def _by_receipt(rows: Iterable[Row]) -> dict[str, list[Row]]:
    receipts: dict[str, list[Row]] = {}
    for row in rows:
        receipts.setdefault(row.receipt, []).append(row)
    return receipts


def _products(rows: Iterable[Row]) -> list[Any]:
    """Every code with the name that was written most often, in sentence case, and a category by its words."""
    names: dict[str, Counter[str]] = {}
    for row in rows:
        names.setdefault(row.sku, Counter())[row.name.upper()] += row.quantity > 0 and bool(row.name) and row.price > 0
    return [
        [sku, name, _category(name)]
        for sku, counted in sorted(names.items())
        for name in (counted.most_common(1)[0][0].capitalize(),)
    ]


def _category(name: str) -> str:
    words = f" {name.lower()}"
    found = (category for category, signs in CATEGORIES.items() if any(f" {sign}" in words for sign in signs))
    return next(found, "Other")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
