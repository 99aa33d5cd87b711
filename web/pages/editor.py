"""The campaign's editor: a bare page that the canvas fills."""

from flask import g, render_template

from campaigns.editing import find
from web.pages.blueprint import pages


@pages.get("/campaigns/<id:campaign_id>")
def editor(campaign_id: int) -> str:
    """The page of one campaign; NotFound."""
    return render_template("editor.html", campaign=find(g.session, campaign_id))
