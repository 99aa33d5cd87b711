"""Letter templates: what steps of chains can choose from."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.messages.letters import check_template
from campaigns.messages.rows import LetterTemplate, Message
from campaigns.runtime.rows import Run
from loyalty_core.database import insert_into
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext

NAME_MAX = 200


def templates(session: Session) -> list[LetterTemplate]:
    """All templates, by name."""
    return list(session.scalars(select(LetterTemplate).order_by(LetterTemplate.name, LetterTemplate.id)))


def template(session: Session, template_id: int) -> LetterTemplate:
    """One template; NotFound."""
    found = session.get(LetterTemplate, template_id)
    if found is None:
        raise NotFound("id", gettext("There is no template %(id)s", id=template_id))
    return found


def create(session: Session, *, name: str, subject: str, body: str, now: datetime) -> LetterTemplate:
    """A new template. Refused names the field: a name that is taken, a letter that cannot be sent."""
    name = _checked_name(name)
    _check_letter(subject, body)
    row = {"name": name, "subject": subject, "body": body, "updated_at": now}
    insert = insert_into(session, LetterTemplate).values(row).on_conflict_do_nothing().returning(LetterTemplate)
    made: LetterTemplate | None = session.scalar(insert)
    if made is None:
        raise _taken(name)
    return made


def change(
    session: Session,
    template_id: int,
    *,
    now: datetime,
    name: str | None = None,
    subject: str | None = None,
    body: str | None = None,
) -> LetterTemplate:
    """Change what is given; letters that are sent from now on follow. NotFound, Refused as for a new one."""
    found = template(session, template_id)
    name = found.name if name is None else _checked_name(name)
    subject = found.subject if subject is None else subject
    body = found.body if body is None else body
    _check_letter(subject, body)
    with session.no_autoflush:
        other = select(LetterTemplate.id).where(LetterTemplate.name == name, LetterTemplate.id != template_id)
        if session.scalar(other) is not None:
            raise _taken(name)
    found.name, found.subject, found.body, found.updated_at = name, subject, body, now
    session.flush()
    return found


def delete(session: Session, template_id: int) -> None:
    """Delete a template that no chain needs. NotFound, Refused with the campaign that uses it."""
    found = template(session, template_id)
    for name, graph in _graphs_in_use(session):
        if any(node.get("settings", {}).get("template") == template_id for node in graph.get("nodes", [])):
            words = gettext("The campaign “%(name)s” uses this template. Choose another one there first", name=name)
            raise Refused("id", words)
    session.delete(found)
    session.flush()


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("name", gettext("Write a name"))
    if len(name) > NAME_MAX or "\0" in name:
        raise Refused("name", gettext("Write a name of at most %(max)s characters", max=NAME_MAX))
    return name


def _check_letter(subject: str, body: str) -> None:
    problems = check_template(subject, body)
    if problems:
        raise Refused(problems[0].where, problems[0].message)


def _taken(name: str) -> Refused:
    return Refused("name", gettext("There is a template “%(name)s” already", name=name))


def _graphs_in_use(session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
    """Drafts, newest versions, and versions with somebody or a letter on the way; with the campaign's name."""
    # What was done to a selection is over for good: only its letters may still be on their way.
    over = and_(Campaign.one_off, Campaign.status == "finished")
    yield from session.execute(select(Campaign.name, Campaign.graph).where(not_(over)))
    newest = select(func.max(CampaignVersion.id)).group_by(CampaignVersion.campaign_id)
    still_to_go = exists().where(
        Message.run_id == Run.id, Message.status.in_(("queued", "sending", "in_doubt", "failed"))
    )
    going_on = select(Run.version_id).where(or_(Run.status == "going_on", still_to_go))
    in_use = (
        select(Campaign.name, CampaignVersion.graph)
        .join(Campaign, Campaign.id == CampaignVersion.campaign_id)
        .where(or_(and_(CampaignVersion.id.in_(newest), not_(over)), CampaignVersion.id.in_(going_on)))
    )
    yield from session.execute(in_use)
