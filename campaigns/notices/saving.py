"""Makes the chains of a form what the form says: made, changed and published, or paused and let go."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns import editing, publication
from campaigns.checking import check
from campaigns.graph import read_graph
from campaigns.notices.chains import FIELDS, differs, draw, name_of
from campaigns.notices.kinds import KINDS, NoticeData
from campaigns.notices.owners import Owner
from campaigns.notices.rows import Notice
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext

SEVERAL_MAX = 20


def save_notices(session: Session, owner: Owner, told: Sequence[NoticeData], now: datetime, by: str) -> None:
    """Make the owner's notices these; what is not told is let go, and its chain paused. The owner is locked.

    Refused at the place of what is wrong (`burning.0.text`), before anything is done. Conflict where another text or
    another moment is told for a chain that was changed by hand: `anew` draws it again, else it is left as it is.
    """
    kept = list(session.scalars(select(Notice).where(owner.mine()).order_by(Notice.id)))
    placed = _matched(places(told), kept)
    for where, data, _notice in placed:
        check_notice(session, owner, where, data, now)
    for where, data, notice in placed:
        if notice is None:
            _make(session, owner, data, now, by)
        elif data.anew or data.settings() != notice.settings:
            _change(session, owner, notice, where, data, now, by)
    staying = [notice for _where, _data, notice in placed if notice]
    for notice in kept:
        if notice not in staying:
            _let_go(session, notice, now)


def places(told: Iterable[NoticeData]) -> list[tuple[str, NoticeData]]:
    """Each notice with its place in the form: `welcome`, `burning.0`; Refused where there are too many."""
    found: list[tuple[str, NoticeData]] = []
    counts: dict[str, int] = {}
    for data in told:
        number = counts[data.kind] = counts.get(data.kind, 0) + 1
        several = KINDS[data.kind].several
        where = f"{data.kind}.{number - 1}" if several else data.kind
        if number > (SEVERAL_MAX if several else 1):
            raise Refused(where, gettext("Keep at most %(most)s of these", most=SEVERAL_MAX if several else 1))
        found.append((where, data))
    return found


def check_notice(session: Session, owner: Owner, where: str, data: NoticeData, now: datetime) -> None:
    """Refuse what no chain can be made of, at its field."""
    if "days_before" in KINDS[data.kind].fields and data.days_before is None:
        raise Refused(f"{where}.days_before", gettext("Write how many days before they burn"))
    for problem in check(session, read_graph(draw(data, owner.id)), {}, now):
        if problem.severity == "error":
            field = FIELDS.get(problem.field or "", problem.field or "").partition(".")[0]
            raise Refused(f"{where}.{field}" if field else where, problem.message)


def changed_by_hand(session: Session, notice: Notice) -> bool:
    """Whether somebody has changed the notice's chain on the canvas."""
    return differs(notice.graph, editing.find(session, notice.campaign_id).graph)


def _matched(
    placed: Sequence[tuple[str, NoticeData]], kept: Sequence[Notice]
) -> list[tuple[str, NoticeData, Notice | None]]:
    """Which notice each one is: by its id; without one, of its kind, and of several the one so many days ahead.

    So a form that is sent again finds its chains again, and nobody is told twice.
    """
    free = list(kept)
    found: dict[str, Notice | None] = {}
    for where, data in sorted(placed, key=lambda each: each[1].id is None):
        same = [notice for notice in free if notice.kind == data.kind]
        if data.id is not None:
            same = [notice for notice in same if notice.id == data.id]
            if not same:
                raise Refused(f"{where}.id", gettext("There is no other notice %(id)s here", id=data.id))
        elif KINDS[data.kind].several:
            same = [notice for notice in same if notice.settings["days_before"] == data.days_before]
        found[where] = same[0] if same else None
        free = [notice for notice in free if notice is not found[where]]
    return [(where, data, found[where]) for where, data in placed]


def _make(session: Session, owner: Owner, data: NoticeData, now: datetime, by: str) -> None:
    graph = draw(data, owner.id)
    campaign = editing.create(session, name_of(data, owner.name)[: editing.NAME_MAX], now, graph)
    publication.publish(session, campaign.id, now, by, gettext("From the form of “%(owner)s”", owner=owner.name))
    notice = Notice(kind=data.kind, settings=data.settings(), graph=graph, campaign_id=campaign.id, **owner.columns())
    session.add(notice)
    session.flush()


def _change(
    session: Session, owner: Owner, notice: Notice, where: str, data: NoticeData, now: datetime, by: str
) -> None:
    campaign = editing.find(session, notice.campaign_id, lock=True)
    if differs(notice.graph, campaign.graph) and not data.anew:
        raise Conflict(where, gettext("This chain was changed on the canvas: change it there, or make it anew"))
    graph = draw(data, owner.id)
    name = name_of(data, owner.name)[: editing.NAME_MAX]
    editing.change(session, campaign.id, campaign.revision, now, name=name, graph=graph)
    publication.publish(session, campaign.id, now, by, gettext("From the form of “%(owner)s”", owner=owner.name))
    notice.settings, notice.graph = data.settings(), graph
    session.flush()


def _let_go(session: Session, notice: Notice, now: datetime) -> None:
    if editing.find(session, notice.campaign_id, lock=True).status == "live":
        publication.pause(session, notice.campaign_id, now)
    session.delete(notice)
    session.flush()
