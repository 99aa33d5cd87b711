"""Letter templates: kept whole, named once, and never deleted under a chain that needs them."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.messages import templates
from campaigns.messages.letters import check_template, preview
from campaigns.messages.rows import LetterTemplate
from campaigns.messages.samples import sample_templates
from loyalty_core.errors import NotFound, Refused
from tests.campaigns.messages.conftest import NOW, Chain

LATER = NOW.replace(year=2027)


def made(session: Session, name: str = "Welcome", **more: Any) -> LetterTemplate:
    return templates.create(session, **{"name": name, "subject": "Hello", "body": "Hello", "now": NOW, **more})


def test_a_template_is_found_again_by_name(session: Session) -> None:
    made(session, "Zebra")
    made(session, " A  gift ")
    assert [template.name for template in templates.templates(session)] == ["A gift", "Zebra"]


def test_a_name_is_given_once(session: Session) -> None:
    made(session)
    other = made(session, "Other")
    with pytest.raises(Refused, match="There is a template “Welcome” already") as refused:
        made(session)
    assert refused.value.where == "name"
    with pytest.raises(Refused, match="already"):
        templates.change(session, other.id, name="Welcome", now=NOW)


@pytest.mark.parametrize(
    ("where", "more"),
    [
        ("name", {"name": " "}),
        ("name", {"name": "x" * 201}),
        ("subject", {"subject": ""}),
        ("body", {"body": "{{ x }}"}),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_place(session: Session, where: str, more: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        made(session, **more)
    assert refused.value.where == where


def test_a_change_leaves_what_it_does_not_name(session: Session) -> None:
    template = made(session)
    templates.change(session, template.id, body="Bye", now=LATER)
    assert (template.name, template.subject, template.body, template.updated_at) == ("Welcome", "Hello", "Bye", LATER)


def test_a_change_that_is_refused_changes_nothing(session: Session) -> None:
    template = made(session)
    with pytest.raises(Refused):
        templates.change(session, template.id, subject="New", body="{% x %}", now=LATER)
    assert (template.subject, template.body) == ("Hello", "Hello")


def test_a_template_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        templates.change(session, 99, now=NOW)
    with pytest.raises(NotFound):
        templates.delete(session, 99)


def test_a_template_that_nobody_needs_can_be_deleted(chain: Chain) -> None:
    with chain.database.begin() as session:
        templates.delete(session, made(session).id)
        assert templates.templates(session) == []


def test_a_template_that_a_chain_needs_is_kept(chain: Chain) -> None:
    with chain.database.begin() as session:
        template = made(session)
    chain.publish({"template": template.id})
    with chain.database.begin() as session:
        with pytest.raises(Refused, match="“Letters” uses this template"):
            templates.delete(session, template.id)
        # The draft names another now; the published version is still the newest.
        session.execute(update(Campaign).values(graph={"nodes": [], "edges": []}))
        with pytest.raises(Refused, match="uses this template"):
            templates.delete(session, template.id)


def test_the_samples_are_made_once_and_are_right(session: Session) -> None:
    ids = sample_templates(session, NOW)
    assert sample_templates(session, NOW) == ids
    assert set(ids) == {"birthday", "new_year", "thank_you"}
    for template in templates.templates(session):
        assert check_template(template.subject, template.body) == []
        letter = preview(template.subject, template.body)
        assert "500" in letter.text
        assert "31 January 2027" in letter.text
        assert "http://" not in letter.text
