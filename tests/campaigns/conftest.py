"""The town in which chains are tried."""

import pytest

from loyalty_core.database import Database
from tests.campaigns.town import Town


@pytest.fixture
def town(database: Database) -> Town:
    return Town.found(database)
