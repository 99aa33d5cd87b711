"""Whether openings of letters and clicks on their links are counted, and the key that signs their addresses."""

import secrets

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, insert_into


class MessageTracking(Base):
    """The switch of the organisation, and the key (hex) by which addresses in letters are known again. One row.

    Off until somebody turns it on: who opened what is personal, and counting it is a decision. The key stays when it is
    turned off, so that the links of letters that were sent lead where they led.
    """

    __tablename__ = "message_tracking"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    is_on: Mapped[bool]
    key: Mapped[str] = mapped_column(String(64))


def tracking(session: Session) -> MessageTracking:
    """The switch; before it was touched it is off, with no key."""
    return session.get(MessageTracking, 1) or MessageTracking(id=1, is_on=False, key="")


def set_tracking(session: Session, *, is_on: bool) -> MessageTracking:
    """Turn counting on or off: what has been counted stays, what arrives while it is off is not counted."""
    insert = insert_into(session, MessageTracking).values(id=1, is_on=is_on, key=secrets.token_hex(32))
    session.execute(insert.on_conflict_do_update(index_elements=[MessageTracking.id], set_={"is_on": is_on}))
    return session.get_one(MessageTracking, 1, populate_existing=True)
