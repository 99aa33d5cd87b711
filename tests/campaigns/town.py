"""A small town for tests of chains: an organisation in London, shops in three zones, and customers as asked for."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.editing import create
from campaigns.publication import publish
from campaigns.runtime.reading import node_counts
from campaigns.runtime.rows import Run
from loyalty_core.customers.registration import CustomerData, register_many
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.ledger.rows import Lot
from loyalty_core.organisation import LegalEntity, Organisation, Outlet
from segmenter.segments import Segment

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OLD = NOON - timedelta(days=1000)


@dataclass
class Town:
    """What tests refer to by name; ids of rows."""

    database: Database
    company: int = 0
    outlets: dict[str, int] = field(default_factory=dict)
    new_year: int = 0
    loyal: int = 0

    @classmethod
    def found(cls, database: Database) -> "Town":
        """Make the town's rows."""
        town = cls(database)
        with database.begin() as session:
            session.add(
                Organisation(id=1, name="Harbour Gifts", zone="Europe/London", currency="GBP", leap_day="feb28")
            )
            company = LegalEntity(name="Harbour Gifts Ltd")
            new_year = BonusType(name="New Year", burning="day_of_year", burning_month=1, burning_day=0)
            loyal = Segment(
                name="With us for a year",
                tree={"all": [{"condition": "days_since_registration", "op": "ge", "value": 365}]},
                created_at=OLD,
                updated_at=OLD,
            )
            session.add_all([company, new_year, loyal])
            for name, zone in (("London", None), ("Auckland", "Pacific/Auckland"), ("Honolulu", "Pacific/Honolulu")):
                session.add(Outlet(external_id=name, name=name, zone=zone))
            session.flush()
            town.company, town.new_year, town.loyal = company.id, new_year.id, loyal.id
            town.outlets = dict(session.execute(select(Outlet.name, Outlet.id)).all())
        return town

    def customers(
        self,
        count: int,
        *,
        born: date | None = None,
        registered: datetime = OLD,
        outlet: str | None = None,
        name: str = "Ann",
    ) -> list[int]:
        """Register customers who are alike; their ids."""
        with self.database.begin() as session:
            first = (session.scalar(select(func.max(Customer.id))) or 0) + 1
            alike = [
                CustomerData(
                    external_id=f"c{number}",
                    first_name=name,
                    last_name=f"Number{number}",
                    email=f"c{number}@example.test",
                    birth_date=born,
                    registered_at=registered,
                    outlet_id=self.outlets[outlet] if outlet else None,
                )
                for number in range(first, first + count)
            ]
            ids = register_many(session, alike, registered).ids
            return [ids[place] for place in range(count)]

    def publish(
        self, *steps: dict[str, Any], settings: dict[str, Any] | None = None, now: datetime = NOON - timedelta(hours=1)
    ) -> int:
        """Publish a chain of these steps in a row (`{"type": …, settings…}`; a filter goes on by yes); its id."""
        with self.database.begin() as session:
            campaign = create(session, "Test", now, chain(*steps), settings)
            publish(session, campaign.id, now, "tests")
            return campaign.id

    def lots(self) -> list[tuple[int, int]]:
        """(customer, amount in minor units) of every lot."""
        with self.database.read() as session:
            found = session.execute(select(Lot.customer_id, Lot.amount).order_by(Lot.customer_id))
            return [(customer, amount) for customer, amount in found]

    def counts(self) -> dict[str, dict[str, Any]]:
        """The counts of the only run's steps."""
        with self.database.read() as session:
            (run,) = session.scalars(select(Run.id)).all()
            return node_counts(session, [run])[run]


def chain(*steps: dict[str, Any]) -> dict[str, Any]:
    """A graph of steps in a row, n1, n2 …"""
    nodes = [
        {
            "id": f"n{index}",
            "type": step["type"],
            "settings": {name: value for name, value in step.items() if name != "type"},
            "position": {"x": 0, "y": 120 * index},
        }
        for index, step in enumerate(steps, 1)
    ]
    ports = ["yes" if step["type"] == "filter_customers" else "out" for step in steps]
    edges = [
        {"source": f"n{index}", "port": ports[index - 1], "target": f"n{index + 1}"} for index in range(1, len(steps))
    ]
    return {"nodes": nodes, "edges": edges}


def sums_hold(session: Session, run_id: int) -> bool:
    """in = out by port + waiting + failed, at every step."""
    return all(
        counts["in"] == sum(counts["out"].values()) + counts["waiting"] + counts["failed"]
        for counts in node_counts(session, [run_id])[run_id].values()
    )


def birthday(at: str = "09:00", **more: Any) -> dict[str, Any]:
    """A birthday trigger."""
    return {"type": "date_for_customer", "field": "birth_date", "at": at, **more}
