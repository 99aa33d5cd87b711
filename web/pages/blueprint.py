"""The blueprint of all pages behind the sign-in."""

from flask import Blueprint

from web.pages.frame import this_organisation
from web.security import require_sign_in

pages = Blueprint("pages", __name__)
pages.before_request(require_sign_in)


@pages.before_request
def hold_organisation() -> None:
    """Keep the organisation with the request: asking the session for it again then costs no statement."""
    this_organisation()
