"""Letters to begin with: a birthday, the New Year, a thank-you after a purchase."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.messages.rows import LetterTemplate
from campaigns.messages.templates import create

_SAMPLES = {
    "birthday": (
        "Birthday",
        "Happy birthday{% if customer.first_name %}, {{ customer.first_name }}{% endif %}",
    ),
    "new_year": ("New Year", "Happy New Year{% if bonuses %}: {{ bonuses }} bonuses to begin it with{% endif %}"),
    "thank_you": ("Thank you", "Thank you for your purchase{% if bonuses %}: {{ bonuses }} bonuses{% endif %}"),
}


def sample_templates(session: Session, now: datetime) -> dict[str, int]:
    """The ids of the sample templates by key (birthday, new_year, thank_you); those that are missing are made."""
    ids = {}
    for key, (name, subject) in _SAMPLES.items():
        found = session.scalar(select(LetterTemplate.id).where(LetterTemplate.name == name))
        if found is None:
            body = (Path(__file__).parent / f"{key}.mjml").read_text(encoding="utf-8")
            found = create(session, name=name, subject=subject, body=body, now=now).id
        ids[key] = found
    return ids
