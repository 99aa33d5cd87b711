"""Who may call the API: a program by its key, or a signed-in person by their session and its CSRF token."""

import hmac
from dataclasses import dataclass

from flask import Response, g, request
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import select

from loyalty_core.i18n import gettext as _
from web.accounts import ApiKey, User
from web.api.errors import Place, answer
from web.security import csrf, digest_of

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Caller:
    """Who calls: `mark` is unique among all keys and persons, `name` is what a reader of history is told."""

    mark: str
    name: str


def admit() -> Response | None:
    """Let the caller in as `g.caller`, or answer 401 or 403."""
    authorization = request.headers.get("Authorization")
    if authorization is not None:
        caller = _by_key(authorization)
        if caller is None:
            return _unauthorised(_("This key is not known. Make one under Settings."))
    elif current_user.is_authenticated:
        if request.method not in SAFE_METHODS and (refusal := _without_token()):
            return refusal
        caller = Caller(f"user:{current_user.id}", current_user.name or current_user.email)
    else:
        return _unauthorised(_("Say who you are: send “Authorization: Bearer <key>”, or sign in."))
    g.caller = caller
    return None


def _by_key(authorization: str) -> Caller | None:
    scheme, _space, key = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    digest = digest_of(key.strip())
    found = g.session.execute(
        select(ApiKey.id, ApiKey.name, ApiKey.digest)
        .join(User, User.id == ApiKey.user_id)
        .where(ApiKey.digest == digest, User.active)
    ).one_or_none()
    # The index compares digests, whose beginnings a caller cannot choose; this comparison takes the same time for all.
    if found is None or not hmac.compare_digest(found.digest, digest):
        return None
    return Caller(f"key:{found.id}", found.name)


def _without_token() -> Response | None:
    try:
        csrf.protect()
    except CSRFError:
        return answer(403, [Place("X-CSRFToken", _("The page is out of date. Reload it and try again."))])
    return None


def _unauthorised(message: str) -> Response:
    response = answer(401, [Place("Authorization", message)])
    response.headers["WWW-Authenticate"] = "Bearer"
    return response
