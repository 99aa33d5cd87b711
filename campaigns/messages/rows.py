"""The tables of messages: letter templates, the outbox, what came back of letters, and channels that rest."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId


class LetterTemplate(Base):
    """A letter that steps can choose: subject and body with places for values. The body is text or MJML."""

    __tablename__ = "letter_template"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime]


class Message(Base):
    """A message in the outbox, one for each enrollment and node.

    queued → sending → sent; or failed (refused, with its reason), dropped (no address, no consent), or in_doubt: a
    worker died between "sending" and "sent", so that nobody knows whether it left. `recipient`, `subject` and `body`
    are kept as they were sent: the body of an e-mail is HTML, of other channels plain text.

    `channel` is the one that is tried now; `cascade` all of them in order, parted by commas, where there are several.
    `parts` and `price` (minor units) are those of an SMS.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("customer_id", "enrollment_id", "node"),
        CheckConstraint("status IN ('queued', 'sending', 'sent', 'failed', 'dropped', 'in_doubt')", name="status"),
        Index(
            "ix_message_open",
            "id",
            sqlite_where=text("status IN ('queued', 'sending')"),
            postgresql_where=text("status IN ('queued', 'sending')"),
        ),
        Index(
            "ix_message_lease",
            "lease_until",
            sqlite_where=text("lease_until IS NOT NULL"),
            postgresql_where=text("lease_until IS NOT NULL"),
        ),
        Index(
            "ix_message_trouble",
            "status",
            "id",
            sqlite_where=text("status IN ('failed', 'in_doubt')"),
            postgresql_where=text("status IN ('failed', 'in_doubt')"),
        ),
        Index("ix_message_customer", "customer_id", "created_at"),
        Index("ix_message_run", "run_id", "status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    node: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(20))
    cascade: Mapped[str] = mapped_column(String(100), default="", server_default="")
    status: Mapped[str] = mapped_column(String(10), default="queued")
    recipient: Mapped[str | None] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(String(500))
    body: Mapped[str | None] = mapped_column(Text)
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    parts: Mapped[int | None]
    price: Mapped[int | None] = mapped_column(BigInteger)


class MessageTry(Base):
    """A channel that a message could not go by, and why: it passed on to the next of its cascade."""

    __tablename__ = "message_try"
    __table_args__ = (Index("ix_message_try_message_id", "message_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    channel: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class MessageOpening(Base):
    """A letter that was opened: when its picture was first fetched or a link of it first followed.

    `clicked_at` is when a link was first followed. Nothing is kept of who fetched it or from where.
    """

    __tablename__ = "message_opening"
    __table_args__ = (
        Index("ix_message_opening_customer", "customer_id", "opened_at"),
        Index("ix_message_opening_run", "run_id", "clicked_at"),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True, autoincrement=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    opened_at: Mapped[datetime]
    clicked_at: Mapped[datetime | None]


class MessageClick(Base):
    """A link of a letter that was followed, and when first; `link` is its number in the letter, from 1 on."""

    __tablename__ = "message_click"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True, autoincrement=False)
    link: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    url: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime]


class ChannelPause(Base):
    """A channel that took nothing at `since`: nobody tries again before `until`. `reason` is what it said."""

    __tablename__ = "channel_pause"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500))
