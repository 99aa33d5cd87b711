"""What tests of acting do: everybody is opened, and something is done to them."""

from typing import Any

from campaigns.acting.acting import act
from campaigns.acting.asked import Asked
from tests.campaigns.town import NOON, Town
from tests.support.selections import open_tree

BATCH = 5000


def open_everybody(town: Town) -> int:
    with town.database.begin() as session:
        return open_tree(session, {"all": []}, NOON, "Anna").id


def do(town: Town, selection: int, asked: Asked, token: str = "one", batch_size: int = BATCH) -> tuple[int, bool]:
    """The run that does it, and whether it had been begun before."""
    with town.database.begin() as session:
        action, again = act(session, selection, asked, token, NOON, "Anna", batch_size)
        assert action.run_id is not None
        return action.run_id, again


def gift(town: Town, **settings: Any) -> Asked:
    whole = {"amount": "500", "bonus_type": town.new_year, "legal_entity": town.company}
    return Asked("accrue_bonuses", whole | settings)
