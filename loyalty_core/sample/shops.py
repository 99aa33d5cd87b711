"""The organisation of the demonstration data: legal entities, outlets, bonus types and tags."""

from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Tag
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.organisation import LegalEntity, Organisation, Outlet

ZONE = "Europe/London"
BRITISH = ("london", "manchester", "edinburgh")
ONLINE = "online"
_OUTLETS = (
    ("london", "London, Covent Garden", "Europe/London", "Harbour Gifts Ltd"),
    ("manchester", "Manchester, Deansgate", "Europe/London", "Harbour Gifts Ltd"),
    ("edinburgh", "Edinburgh, Princes Street", "Europe/London", "Harbour Gifts Ltd"),
    ("dublin", "Dublin, Grafton Street", "Europe/Dublin", "Harbour Gifts Europe DAC"),
    ("paris", "Paris, Le Marais", "Europe/Paris", "Harbour Gifts Europe DAC"),
    ("berlin", "Berlin, Kreuzberg", "Europe/Berlin", "Harbour Gifts Europe DAC"),
    ("sydney", "Sydney, The Rocks", "Australia/Sydney", "Harbour Gifts Ltd"),
    (ONLINE, "Online shop", None, "Harbour Gifts Ltd"),
)
_BY_COUNTRY = {
    "EIRE": "dublin",
    **dict.fromkeys(("France", "Belgium", "Spain", "Portugal", "Switzerland", "Italy", "Malta"), "paris"),
    **dict.fromkeys(
        ("Germany", "Austria", "Netherlands", "Denmark", "Sweden", "Norway", "Finland", "Poland", "Czech Republic"),
        "berlin",
    ),
    **dict.fromkeys(("Australia", "Japan", "Singapore"), "sydney"),
}


def outlet_of(country: str, place: int) -> str:
    """Where a customer of this country shops; the British ones by turns."""
    if country == "United Kingdom":
        return (*BRITISH, ONLINE)[place % 4]
    return _BY_COUNTRY.get(country, ONLINE)


def found_organisation(session: Session) -> dict[str, int]:
    """Write the organisation down with all that it has before its first customer; answers the outlets by their code."""
    session.merge(Organisation(id=1, name="Harbour Gifts", zone=ZONE, currency="GBP", leap_day="feb28"))
    entities = {name: LegalEntity(name=name) for *_outlet, name in _OUTLETS}
    session.add_all(entities.values())
    session.flush()
    outlets = {
        code: Outlet(external_id=code, name=name, zone=zone, legal_entity_id=entities[entity].id)
        for code, name, zone, entity in _OUTLETS
    }
    session.add_all(outlets.values())
    session.add_all(
        (
            BonusType(
                name="New Year: burns on the last day of January",
                burning="day_of_year",
                burning_month=1,
                burning_day=0,
            ),
            BonusType(name="90 days", burning="after_days", burning_amount=90),
            BonusType(name="A year", burning="after_months", burning_amount=12),
        )
    )
    session.flush()
    return {code: outlet.id for code, outlet in outlets.items()}


def found_tags(session: Session) -> dict[str, int]:
    """Write the tags down; answers them by name."""
    tags = [
        Tag(name="VIP", description="The fifty who bought for the most"),
        Tag(name="Staff", description="Work at Harbour Gifts"),
        Tag(name="Tea lover", description="Bought from Kitchen and tea ten times or more"),
    ]
    session.add_all(tags)
    session.flush()
    return {tag.name: tag.id for tag in tags}
