"""The first page after the sign-in."""

from flask import redirect
from werkzeug.wrappers import Response

from web.pages.blueprint import pages


@pages.get("/")
def home() -> Response:
    """Campaigns are what people come for."""
    return redirect("/campaigns")
