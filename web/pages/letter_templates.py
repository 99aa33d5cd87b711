"""Letter templates: the list, and the form with a preview of the letter as a customer would get it."""

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from campaigns.messages import letters, templates
from campaigns.messages.syntax import VARIABLES
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from web.pages.blueprint import pages
from web.pages.frame import this_organisation
from web.session import moment, only_reads


@pages.get("/settings/letters")
def letter_templates() -> str:
    """All of them by name."""
    return render_template("letter_templates.html", templates=templates.templates(g.session))


@pages.route("/settings/letters/new", methods=["GET", "POST"])
def new_letter_template() -> str | Response | tuple[str, int]:
    """The form for a new one."""
    if request.method == "GET":
        return _form(
            None, {"subject": "", "body": gettext("Dear {{ customer.first_name }},\n\n\n\n{{ organisation.name }}")}
        )
    try:
        made = templates.create(g.session, **_values(), now=moment())
    except Refused as refused:
        return _form(None, request.form, refused), 400
    flash(gettext("“%(name)s” is saved", name=made.name))
    return redirect("/settings/letters")


@pages.route("/settings/letters/<id:template_id>", methods=["GET", "POST"])
def letter_template(template_id: int) -> str | Response | tuple[str, int]:
    """The form of one; letters that are sent from now on follow it."""
    found = templates.template(g.session, template_id)
    if request.method == "GET":
        return _form(template_id, {"name": found.name, "subject": found.subject, "body": found.body})
    try:
        changed = templates.change(g.session, template_id, **_values(), now=moment())
    except Refused as refused:
        return _form(template_id, request.form, refused), 400
    flash(gettext("“%(name)s” is saved", name=changed.name))
    return redirect("/settings/letters")


@pages.post("/settings/letters/<id:template_id>/deletion")
def delete_letter_template(template_id: int) -> Response:
    """Delete one that no chain needs; Refused names the chain that does."""
    name = templates.template(g.session, template_id).name
    templates.delete(g.session, template_id)
    flash(gettext("“%(name)s” is deleted", name=name))
    return redirect("/settings/letters")


@pages.post("/settings/letters/preview")
@only_reads
def letter_preview() -> str:
    """The letter with example values, as a part of the form's page."""
    values = letters.example_values() | {"organisation": {"name": this_organisation().name}}
    try:
        letter = letters.preview(request.form.get("subject", ""), _body(), values)
    except letters.BadLetter as bad:
        return render_template("letter_preview.html", problems=bad.problems)
    return render_template("letter_preview.html", letter=letter)


def _values() -> dict[str, str]:
    return {"name": request.form.get("name", ""), "subject": request.form.get("subject", "").strip(), "body": _body()}


def _body() -> str:
    # Browsers send CR LF.
    return request.form.get("body", "").replace("\r\n", "\n")


def _form(template_id: int | None, values: Mapping[str, str], refused: Refused | None = None) -> str:
    return render_template("letter_template.html", id=template_id, values=values, refused=refused, variables=VARIABLES)
