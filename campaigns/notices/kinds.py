"""The kinds of notices that there are, and what a form can say of one."""

from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from babel.support import LazyProxy

from loyalty_core.i18n import lazy as _

PROGRAMME, GROUP = "programme", "customer_group"
AT = time(10)


@dataclass(frozen=True)
class Kind:
    """A kind of notice: whose form sets it up, and which fields it has beside channels and text.

    `several`: the form has any number of them. `example` is a text to begin with.
    """

    key: str
    owner: str
    title: LazyProxy
    help: LazyProxy
    example: LazyProxy
    fields: tuple[str, ...] = ()
    several: bool = False


_BURNING = ("days_before", "least_amount", "at")
KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "welcome",
            PROGRAMME,
            _("Welcome message"),
            _("To each customer who joins the programme, when they are activated."),
            _("{{ customer.first_name }}, welcome! You have {{ balance }} bonuses."),
        ),
        Kind(
            "welcome_burning",
            PROGRAMME,
            _("Warning before the welcome bonus burns"),
            _("To those of whose welcome bonus something is left."),
            _("{{ burning }} bonuses of your welcome gift burn on {{ burning_on }}."),
            ("days_before", "at"),
        ),
        Kind(
            "burning",
            PROGRAMME,
            _("Warning before bonuses burn"),
            _("Told once for the same burning. Without a warning they burn all the same."),
            _("{{ burning }} bonuses burn soon, the first on {{ burning_on }}. You have {{ balance }}."),
            _BURNING,
            several=True,
        ),
        Kind(
            "blocked",
            PROGRAMME,
            _("Notice of a block"),
            _("When a customer is blocked, by a person or for buying too often."),
            _("The card {{ customer.card }} of {{ customer.name }} is blocked."),
            ("to", "phone"),
        ),
        Kind(
            "registered",
            GROUP,
            _("Welcome after registration"),
            _("To each customer who is registered in this group."),
            _("{{ customer.first_name }}, welcome to {{ organisation.name }}!"),
        ),
        Kind(
            "purchase",
            GROUP,
            _("Message after an order"),
            _("To each customer of this group after each purchase."),
            _("Thank you! {{ purchase.bonuses }} bonuses for your order of {{ purchase.amount }}."),
        ),
    )
}


def kinds_of(owner: str) -> list[Kind]:
    """The kinds that a programme's form has, or a customer group's, in its order."""
    return [kind for kind in KINDS.values() if kind.owner == owner]


@dataclass(frozen=True)
class NoticeData:
    """A notice as a form tells it; `id` names one that is there already, where a kind has several.

    `least_amount` is in minor units; `at` is a local time of day. `anew` draws a chain again that was changed by hand.
    """

    kind: str
    channels: tuple[str, ...]
    text: str
    subject: str | None = None
    days_before: int | None = None
    least_amount: int | None = None
    at: time | None = None
    to: str = "customer"
    phone: str | None = None
    id: int | None = None
    anew: bool = False

    def settings(self) -> dict[str, Any]:
        """What is kept of it: plain JSON values."""
        kept = {name: value for name, value in asdict(self).items() if name not in ("kind", "id", "anew")}
        return kept | {"channels": list(self.channels), "at": f"{self.at:%H:%M}" if self.at else None}

    @classmethod
    def of(cls, kind: str, settings: dict[str, Any], notice_id: int) -> "NoticeData":
        """The notice that was kept."""
        at = time.fromisoformat(settings["at"]) if settings["at"] else None
        return cls(kind, **settings | {"channels": tuple(settings["channels"]), "at": at}, id=notice_id)
