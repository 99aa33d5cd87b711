"""API keys: made here, shown once, taken back at any time."""

from flask import flash, g, redirect, render_template, request
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext
from web.accounts import ApiKey, User
from web.pages.blueprint import pages
from web.security import create_api_key
from web.session import moment

NAME_MAX = 200


@pages.get("/settings/api-keys")
def api_keys() -> str:
    """The keys that programs may use now."""
    return _page()


@pages.post("/settings/api-keys")
def make_api_key() -> str | tuple[str, int]:
    """A new key; this answer is the only place where it stands in full."""
    name = " ".join(request.form.get("name", "").split())
    if not 1 <= len(name) <= NAME_MAX or "\0" in name:
        return _page(refused=Refused("name", gettext("Write what the key is for"))), 400
    key = create_api_key(g.session, current_user, name, moment())
    return _page(made=(name, key))


@pages.post("/settings/api-keys/<id:key_id>/revocation")
def revoke_api_key(key_id: int) -> Response:
    """Take a key back: the next request with it is refused."""
    key = g.session.get(ApiKey, key_id)
    if key is None:
        raise NotFound("key", gettext("There is no key %(id)s", id=key_id))
    g.session.delete(key)
    flash(gettext("The key “%(name)s” is taken back", name=key.name))
    return redirect("/settings/api-keys")


def _page(refused: Refused | None = None, made: tuple[str, str] | None = None) -> str:
    keys = select(ApiKey, User).join(User, User.id == ApiKey.user_id).order_by(ApiKey.id.desc())
    return render_template(
        "api_keys.html",
        keys=g.session.execute(keys).all(),
        refused=refused,
        made=made,
        name=request.form.get("name", ""),
    )
