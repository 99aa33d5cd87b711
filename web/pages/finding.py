"""Find: customers by their marks and names, campaigns and segments by their names."""

from typing import NamedTuple, TypeVar

from flask import g, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from segmenter.segments import Segment
from web.pages import arguments
from web.pages.blueprint import pages
from web.pages.customer_list import CustomerRow, find_customers

Thing = TypeVar("Thing", Campaign, Segment)

RESULTS_MAX = 6


class Found(NamedTuple):
    """What a search of all three has found, the first few of each."""

    customers: list[CustomerRow]
    campaigns: list[Campaign]
    segments: list[Segment]


@pages.get("/find")
def find() -> str:
    """Results as a part of the dialog, or as a page of their own where scripts are off."""
    words = arguments.words()
    found = search(g.session, words) if words else None
    part = request.headers.get("Accept", "").startswith("text/x-fragment")
    return render_template("found.html" if part else "find.html", words=words, found=found)


def search(session: Session, words: str) -> Found:
    """The first few of each kind; three statements and one for the customers' marks."""
    return Found(
        find_customers(session, words, after=None, limit=RESULTS_MAX).rows,
        _named(session, Campaign, words),
        _named(session, Segment, words),
    )


def _named(session: Session, kind: type[Thing], words: str) -> list[Thing]:
    has_words = func.lower(kind.name).contains(words.lower(), autoescape=True)
    found = select(kind).where(has_words)
    if kind is Campaign:
        found = found.where(~Campaign.one_off)
    return list(session.scalars(found.order_by(kind.name, kind.id).limit(RESULTS_MAX)))
