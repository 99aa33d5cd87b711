"""Two customers who may be one person."""

import pytest
from sqlalchemy.orm import Session

from tests.support.members import found_organisation, join


@pytest.fixture
def two(session: Session) -> list[int]:
    """Their ids, in an organisation in London."""
    found_organisation(session, "Europe/London")
    return join(session, 2)
