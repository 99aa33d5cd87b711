"""The blueprint of all pages behind the sign-in."""

from flask import Blueprint

from web.security import require_sign_in

pages = Blueprint("pages", __name__)
pages.before_request(require_sign_in)
