"""Sign-in by e-mail and password, protection of forms, and the making of users and API keys."""

import hashlib
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from flask import Flask, Response, redirect, request, url_for
from flask_security import Security, current_user
from flask_security.datastore import SQLAlchemySessionUserDatastore
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from loyalty_core.settings import Settings
from web.accounts import ApiKey, Role, User
from web.session import session as request_session

csrf = CSRFProtect()

ADMINISTRATOR = "administrator"


def secure(app: Flask, settings: Settings) -> None:
    """Add sign-in, sign-out and CSRF checks to `app`."""
    https = urlsplit(settings.public_url).scheme == "https"
    app.config.update(
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=https,
        # An editor stays open for a day: the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Mail clients and privacy add-ons drop the referrer; the token and SameSite already say whose form it is.
        WTF_CSRF_SSL_STRICT=False,
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_CSRF=True,
        SECURITY_LOGIN_USER_TEMPLATE="sign_in.html",
        SECURITY_LOGOUT_USER_TEMPLATE="sign_out.html",
        SECURITY_POST_LOGIN_VIEW="/campaigns",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        # argon2 salts by itself; an installation-wide pepper would make passwords die with the key.
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False, "test_environment": True},
        SECURITY_CACHE_CONTROL=None,
    )
    csrf.init_app(app)
    Security(app, SQLAlchemySessionUserDatastore(request_session, User, Role))  # type: ignore[arg-type]


def require_sign_in() -> BaseResponse | None:
    """For `before_request` of pages: send those who have not signed in to the form, and back afterwards."""
    if current_user.is_authenticated:
        return None
    if request.headers.get("Accept", "").startswith("text/x-fragment"):
        return Response(status=401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for("security.login", next=wanted))


def hash_password(password: str) -> str:
    """What is kept of a password; it takes a tenth of a second, so no transaction should wait for it."""
    return PasswordHasher().hash(password)


def create_user(session: Session, email: str, password_hash: str, name: str, now: datetime) -> User:
    """A person who may sign in, an administrator; the caller commits."""
    role = session.scalar(select(Role).where(Role.name == ADMINISTRATOR)) or Role(name=ADMINISTRATOR)
    user = User(
        email=email.strip().lower(),
        name=name,
        password=password_hash,
        fs_uniquifier=secrets.token_hex(16),
        created_at=now,
        roles=[role],
    )
    session.add(user)
    session.flush()
    return user


def create_api_key(session: Session, user: User, name: str, now: datetime) -> str:
    """A key for a program, shown this once: only its digest is kept. The caller commits."""
    key = f"catena_{secrets.token_urlsafe(32)}"
    session.add(ApiKey(name=name, digest=digest_of(key), user_id=user.id, created_at=now))
    session.flush()
    return key


def digest_of(key: str) -> str:
    """What is kept of an API key: its SHA-256 in hex."""
    return hashlib.sha256(key.encode()).hexdigest()
