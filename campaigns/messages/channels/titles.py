"""What people call the channels, in the order in which forms offer them."""

from loyalty_core.i18n import lazy as _

TITLES = {"sms": _("SMS"), "push": _("Push"), "telegram": _("Telegram"), "email": _("E-mail")}


def title(channel: str) -> str:
    """The channel as people say it."""
    return str(TITLES.get(channel, channel))
