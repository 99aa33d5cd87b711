"""The runtime's tables: runs, enrollments, batches, and the counts of each step."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId


class Run(Base):
    """One occurrence of a trigger: unique by campaign and occurrence, however often the clock ticks.

    `occurrence` is the trigger's key of it; the run of a version published in the middle of it has ` v2` behind that.
    `moment` is the moment that the run is for (a birthday run of a day: that day's start in the organisation's zone).
    A run is `going_on` until everybody who can still enter has entered and every enrollment has ended, or until
    somebody stops it: `stopped_at` tells that from others that are `finished`.
    """

    __tablename__ = "run"
    __table_args__ = (
        UniqueConstraint("campaign_id", "occurrence"),
        CheckConstraint("status IN ('going_on', 'finished')", name="status"),
        Index("ix_run_status", "status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("campaign_version.id"))
    occurrence: Mapped[str] = mapped_column(String(60))
    moment: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default="going_on")
    by_hand: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class RunIntake(Base):
    """A part of a run that has been taken in (a time zone's customers): the same part is never taken in twice."""

    __tablename__ = "run_intake"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
    entered: Mapped[int]


class Batch(Base):
    """A set of enrollments that go together: the unit of work. A claim gives it a token and a lease.

    ready → working → done; a lapsed lease or a failure makes it ready again, a batch that keeps failing is halved.
    `node` is where its enrollments stand. Batches of the `short` queue go before those of the `long` one.
    `claims` counts claims, `failures` those that ended in an error.
    """

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("status IN ('ready', 'working', 'done')", name="status"),
        CheckConstraint("queue IN ('short', 'long')", name="queue"),
        Index("ix_batch_open", "id", sqlite_where=text("status <> 'done'"), postgresql_where=text("status <> 'done'")),
        UniqueConstraint("run_id", "number"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    number: Mapped[int]
    queue: Mapped[str] = mapped_column(String(5))
    node: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="ready")
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    claims: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(1000))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Enrollment(Base):
    """One customer's trip through one run, unique by the campaign's re-entry rule (`entry_key`).

    `trail` lists the ways taken, in order, as ` n1:out n2:yes n3:out `, so that one LIKE finds who took a way.
    """

    __tablename__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("customer_id", "campaign_id", "entry_key"),
        CheckConstraint("status IN ('travelling', 'finished', 'failed')", name="status"),
        Index("ix_enrollment_batch", "run_id", "batch_number"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    entry_key: Mapped[str] = mapped_column(String(60))
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    batch_number: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default="travelling")
    trail: Mapped[str] = mapped_column(String(2000), default=" ")
    failed_at_node: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(1000))
    entered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RunEntering(Base):
    """A selection whose ticked customers enter a run in the order of their ids, as long as some are left.

    They are `total` in all; those up to the id `after` have entered.
    """

    __tablename__ = "run_entering"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    selection_id: Mapped[int] = mapped_column(ForeignKey("selection.id"), index=True)
    entry_key: Mapped[str] = mapped_column(String(60))
    total: Mapped[int]
    after: Mapped[int] = mapped_column(BigInteger)


class RunRetry(Base):
    """Those who had failed at a step of a run when somebody asked that they try again, as long as some are left."""

    __tablename__ = "run_retry"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    node: Mapped[str] = mapped_column(String(40), primary_key=True)
    asked_at: Mapped[datetime]


class NodeCount(Base):
    """How many enrollments of a run went a `way` at a node: `in`, `waiting`, `failed` or `out:<port>`.

    At every node, at every moment: in = the sum of out + waiting + failed. `amount` is what the way granted,
    in minor units.
    """

    __tablename__ = "node_count"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    node: Mapped[str] = mapped_column(String(40), primary_key=True)
    way: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger, default=0)
