"""A letter as an e-mail: addresses, headers, both bodies, as bytes for the wire."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from campaigns.messages.channels.base import Dispatch
from loyalty_core.i18n import gettext

_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_DOMAIN = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*"


def sender_of(mail_from: str) -> Address:
    """MAIL_FROM, such as `Catena <loyalty@example.test>`; ValueError when there is no address in it."""
    name, address = parseaddr(mail_from)
    return Address(name, addr_spec=mail_address(address))


def mail_address(text: str) -> str:
    """The address in ASCII, as servers know it; ValueError when no letter can go to it."""
    local, _at, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        address = ""
    if not re.fullmatch(f"{_LOCAL}@{_DOMAIN}", address):
        raise ValueError(gettext("No letter can go to the address %(address)s", address=repr(text)))
    return address


def mail_of(dispatch: Dispatch, sender: Address, recipient: str) -> bytes:
    """The whole message with CRLF line ends. Its Message-ID is the message's own, the same in every try."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = dispatch.letter.subject
    mail["Date"] = format_datetime(dispatch.at)
    mail["Message-ID"] = f"<message-{dispatch.message_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(dispatch.letter.text, cte="quoted-printable")
    mail.add_alternative(dispatch.letter.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()
