"""How many of some customers a message would reach: there is an address for a channel, and they did not refuse it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from campaigns.conditions.reachable import reached as reached_by
from campaigns.node_types import Fact, Whom
from campaigns.wording import count
from loyalty_core.customers.data import CHANNELS
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext


def questions() -> dict[str, ColumnElement[bool]]:
    """Of a row of `customer`, by channel: whether a message would reach them."""
    return {channel: reached_by(channel) for channel in CHANNELS}


def reached(session: Session, channels: Sequence[str], whom: Whom) -> int:
    """How many can be reached by at least one of the channels."""
    found = select(func.count()).select_from(Customer).where(Customer.id.in_(whom.customers))
    return session.scalar(found.where(or_(*map(reached_by, channels)))) or 0


def facts(session: Session, channels: Sequence[str], whom: Whom) -> Iterable[Fact]:
    """How many get a message, and how many have no address or refused."""
    getting = reached(session, channels, whom)
    yield Fact(gettext("Get it"), count(getting))
    yield Fact(gettext("Cannot be reached"), count(whom.count - getting), gettext("no address, or refused"))
