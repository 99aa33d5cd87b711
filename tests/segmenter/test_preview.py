"""What a tree would give: counts, shares and the first customers."""

from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from segmenter.counting import Bought
from segmenter.preview import LineCount, Row, preview, rows, size
from tests.segmenter.people import NOW, Person, receipts, settle

DAY = timedelta(days=1)
MALE = {"condition": "sex", "op": "is", "value": "male"}
BOUGHT = {"condition": "purchase_count", "op": "ge", "value": 1, "within": {"last_days": 30}}


def test_a_preview_counts_the_tree_and_each_line_alone(session: Session) -> None:
    buyer = Person(purchases=receipts((NOW - DAY, 100)))
    settle(session, [Person(sex="male"), Person(sex="male", purchases=buyer.purchases), buyer, Person()])
    shown = preview(session, {"all": [MALE, {"any": [BOUGHT]}]}, NOW)
    assert (shown.count, shown.total, shown.share) == (1, 4, 0.25)
    assert shown.lines == [LineCount("all.0", 2), LineCount("all.1.any.0", 2)]
    assert shown.sentence.startswith("Customers who are male and who made 1 or more purchases")
    assert [row.id for row in shown.sample] == [2]
    assert shown.took_ms >= 0


def test_the_first_rows_show_what_a_customer_bought_and_holds(session: Session) -> None:
    purchases = receipts((NOW - DAY, 100), (NOW - 400 * DAY, 101), (NOW, 0))
    lots = [(500, NOW, None), (700, NOW + DAY, None)]
    settle(session, [Person(card="RU-204417", purchases=purchases, lots=lots), Person()])
    assert preview(session, {"all": []}, NOW).sample == [
        Row(1, "Ada No. 1", "RU-204417", 2, 201, 101, NOW - DAY, 500),
        Row(2, "Ada No. 2", None, 0, 0, None, None, 0),
    ]


def test_what_the_segment_bought_stands_beside_what_all_bought(session: Session) -> None:
    settle(
        session,
        [
            Person(sex="male", purchases=receipts((NOW - DAY, 100), (NOW - 800 * DAY, 101))),
            Person(purchases=receipts((NOW, 700))),
            Person(sex="male"),
        ],
    )
    shown = preview(session, {"all": [MALE]}, NOW)
    assert (shown.bought, shown.bought.average_receipt) == (Bought(2, 201), 101)
    assert (shown.base, shown.base.average_receipt) == (Bought(3, 901), 300)


def test_where_nobody_is_left_each_line_says_how_many_would_be_without_it(session: Session) -> None:
    settle(session, [Person(sex="male"), Person(sex="male"), Person(purchases=receipts((NOW - DAY, 100)))])
    shown = preview(session, {"all": [MALE, {"any": [BOUGHT]}]}, NOW)
    assert (shown.count, shown.sample) == (0, [])
    assert shown.without == [LineCount("all.0", 1), LineCount("all.1", 2)]
    assert preview(session, {"any": [BOUGHT, MALE]}, NOW).without == []


def test_the_first_rows_are_the_first_however_rare_they_are(session: Session) -> None:
    few = {170: "male", 190: "male", 399: "male"}
    settle(session, [Person(sex=few.get(number, "female" if number >= 200 else None)) for number in range(400)])
    female = {"condition": "sex", "op": "is", "value": "female"}
    known = {"any": [MALE, female]}
    assert [row.id for row in preview(session, MALE, NOW).sample] == [171, 191, 400]
    assert [row.id for row in preview(session, female, NOW).sample] == list(range(201, 221))
    assert [row.id for row in preview(session, known, NOW).sample] == [171, 191, *range(201, 219)]


def test_an_empty_base_has_a_share_of_nothing(session: Session) -> None:
    settle(session, [])
    shown = preview(session, {"all": [MALE]}, NOW)
    assert (shown.count, shown.total, shown.share, shown.sample) == (0, 0, 0.0, [])
    assert shown.lines == [LineCount("all.0", 0)]


def test_pages_of_customers_follow_one_another(session: Session) -> None:
    settle(session, [Person(sex="male")] * 5)
    pages = [[row.id for row in rows(session, MALE, NOW, after=after, limit=2)] for after in (0, 2, 4, 5)]
    assert pages == [[1, 2], [3, 4], [5], []]
    assert size(session, MALE, NOW) == 5


def test_a_preview_asks_the_same_few_statements_however_long_the_tree(session: Session) -> None:
    settle(session, [Person(sex="male")] * 30)
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for tree in ({"any": [MALE]}, {"any": [MALE, BOUGHT] * 20}):
        statements.clear()
        preview(session, tree, NOW)
        assert sum("FROM customer" in statement for statement in statements) == 3
