"""The list of customers."""

from flask import g, render_template, request

from web.pages.blueprint import pages
from web.pages.customer_list import count_customers, find_customers
from web.pages.paging import cursor

ROWS = 50


@pages.get("/customers")
def customers() -> str:
    """Newest first, or those that the words fit."""
    words = request.args.get("q", "").strip()
    page = find_customers(g.session, words, after=cursor(), limit=ROWS)
    return render_template("customers.html", page=page, words=words, total=count_customers(g.session, words))
