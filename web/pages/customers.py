"""The list of customers."""

from flask import g, render_template, request

from web.pages import arguments
from web.pages.blueprint import pages
from web.pages.customer_list import count_customers, find_customers

ROWS = 50


@pages.get("/customers")
def customers() -> str:
    """Newest first, or those that the words fit; with `waiting`, only those who are not activated."""
    words, waiting = arguments.words(), bool(request.args.get("waiting"))
    page = find_customers(g.session, words, after=arguments.number("after"), limit=ROWS, waiting=waiting)
    total = count_customers(g.session, words, waiting=waiting)
    return render_template("customers.html", page=page, words=words, waiting=waiting, total=total)
