"""Parts and price of an SMS, by the encoding and by a flat rule."""

import pytest

from campaigns.messages.sms import SmsTariff, cost

FLAT = SmsTariff(part_price=101, counting="flat70")
REAL = SmsTariff(part_price=100, counting="encoding")


@pytest.mark.parametrize(("length", "price"), [(0, 0), (1, 101), (70, 101), (71, 202), (140, 202), (141, 303)])
def test_sky_service_1_01_for_each_70_characters(length: int, price: int) -> None:
    """SkyService, "Вартість СМС" (d25): 1/70/71/140/141 → 1.01/1.01/2.02/2.02/3.03; empty is not sent."""
    assert cost("я" * length, FLAT).price == price
    assert cost("a" * length, FLAT).price == price


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("", "GSM-7", 0),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("€" * 80, "GSM-7", 1),  # an escape and a character each
        ("€" * 81, "GSM-7", 2),
        ("a" * 152 + "€" * 77, "GSM-7", 3),  # an escape is not torn from its character: 152, 152, 2
        ("я" * 70, "UCS-2", 1),
        ("я" * 71, "UCS-2", 2),
        ("я" * 134, "UCS-2", 2),
        ("я" * 135, "UCS-2", 3),
        ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2),
        ("😀" * 67, "UCS-2", 3),  # 33 fit into 67 units
        ("one“", "UCS-2", 1),
    ],
)
def test_networks_count_by_the_encoding(text: str, encoding: str, parts: int) -> None:
    """domain.md, e15: GSM-7 160/153, UCS-2 70/67."""
    found = cost(text, REAL)
    assert (found.encoding, found.parts, found.price, found.characters) == (encoding, parts, parts * 100, len(text))
