"""What imports promise: nothing twice, nothing silently left out."""

import csv
import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from loyalty_core.customers.registration import find_customer
from loyalty_core.customers.rows import Consent, Customer, CustomerTotals
from loyalty_core.database import Database
from loyalty_core.errors import Refused
from loyalty_core.events import Event
from loyalty_core.imports import Report, import_customers, import_purchases
from loyalty_core.organisation import Organisation, Outlet
from loyalty_core.till.purchases import Purchase, PurchaseLine, PurchaseReturn

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
REAL_LINES = f"""{RETAIL}
536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6.0,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,WHITE METAL LANTERN,6.0,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
536365,71053,WHITE METAL LANTERN,6.0,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
536366,22633,HAND WARMER UNION JACK,6.0,2010-12-01 08:28:00,1.85,17850.0,United Kingdom
536544,21773,DECORATIVE ROSE BATHROOM BOTTLE,1.0,2010-12-01 14:32:00,2.51,,United Kingdom
A563185,B,Adjust bad debt,1.0,2011-08-12 14:50:00,11062.06,,United Kingdom
A563186,B,Adjust bad debt,1.0,2011-08-12 14:51:00,-11062.06,,United Kingdom
C536379,D,Discount,-1.0,2010-12-01 09:41:00,27.5,14527.0,United Kingdom
C536391,71053,WHITE METAL LANTERN,-4.0,2010-12-02 10:24:00,3.39,17850.0,United Kingdom
C536392,71053,WHITE METAL LANTERN,-4.0,2010-12-02 11:24:00,3.39,17850.0,United Kingdom
541431,23166,MEDIUM CERAMIC TOP STORAGE JAR,74215.0,2011-01-18 10:01:00,1.04,12346.0,United Kingdom
C541433,23166,MEDIUM CERAMIC TOP STORAGE JAR,-74215.0,2011-01-18 10:17:00,1.04,12346.0,United Kingdom
578841,84826,ASSTD DESIGN 3D PAPER STICKERS,12540.0,2011-11-25 15:57:00,0.0,13256.0,United Kingdom
"""


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return write


def purchases(database: Database, path: Path) -> Report:
    report = import_purchases(database, path, now=NOW)
    assert report.read == report.imported + report.unchanged + len(report.refused)
    return report


def totals(database: Database, external_id: str) -> tuple[int, int]:
    with database.read() as session:
        customer_id = find_customer(session, external_id=external_id)
        row = session.get_one(CustomerTotals, customer_id)
        return row.purchase_count, row.purchase_sum


@pytest.mark.parametrize("name", ["file.csv", "file.csv.gz"])
def test_real_lines_come_in_as_they_are_and_every_other_line_has_its_reason(
    database: Database, write, name: str, tmp_path: Path
) -> None:
    report = purchases(database, write(REAL_LINES, name))
    assert (report.read, report.imported, report.customers, report.purchases, report.returns) == (13, 8, 4, 4, 3)
    assert dict(report.refused) == {
        4: "Repeats line 3 of the same receipt",
        6: "No customer",
        7: "No customer",
        8: "No customer; The price is below 0",
        9: "Customer 14527 bought no D before that could still come back",
    }
    assert dict(report.remarks) == {
        11: "2 of 4 pieces come from no earlier purchase: left out",
        14: "The price is 0: kept as a gift",
    }
    assert report.ignored_columns == ["Country"]
    assert totals(database, "17850") == (2, 6 * 255 + 6 * 185)
    assert totals(database, "12346") == (0, 0)
    assert totals(database, "13256") == (0, 0)
    report.write(tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "outcome", "reason"]
    assert [int(row[0]) for row in rows[1:]] == [4, 6, 7, 8, 9, 11, 14]
    assert report.sentences()[0] == "13 lines read, 8 imported, 0 were here already, 5 refused"


def test_the_same_file_again_imports_nothing(database: Database, write) -> None:
    path = write(REAL_LINES)
    first = purchases(database, path)
    with database.read() as session:
        before = session.execute(select(PurchaseLine.id, PurchaseLine.returned).order_by(PurchaseLine.id)).all()
    again = purchases(database, path)
    assert (again.imported, again.unchanged, again.customers) == (0, first.imported, 0)
    assert again.refused == first.refused
    with database.read() as session:
        assert session.execute(select(PurchaseLine.id, PurchaseLine.returned).order_by(PurchaseLine.id)).all() == before
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_strangers_are_registered_as_of_their_first_purchase_wherever_it_stands(database: Database, write) -> None:
    path = write(
        "receipt,customer,at,sku,quantity,price\n2,A,2026-03-02 10:00,X,1,5\n1,A,2026-03-01T10:00:00+01:00,X,1,5\n"
    )
    purchases(database, path)
    with database.read() as session:
        assert session.scalars(select(Customer.registered_at)).all() == [datetime(2026, 3, 1, 9, tzinfo=UTC)]


def test_a_return_takes_from_the_latest_earlier_lines_or_from_the_receipt_that_it_names(
    database: Database, write
) -> None:
    head = "receipt,customer,at,sku,quantity,price,returns\n"
    lines = (
        "R1,A,2026-03-04 10:00,X,-3,1.00,\n"
        "1,A,2026-03-01 10:00,X,2,1.00,\n"
        "2,A,2026-03-02 10:00,X,2,1.00,\n"
        "3,A,2026-03-05 10:00,X,2,1.00,\n"
        "R2,A,2026-03-06 10:00,X,-2,1.00,3\n"
    )
    report = purchases(database, write(head + lines))
    assert (report.refused, report.remarks, report.returns) == ([], [], 2)
    with database.read() as session:
        left = session.execute(select(Purchase.external_id, Purchase.net_amount)).all()
        assert dict(left) == {"1": 100, "2": 0, "3": 0}
        numbers = session.scalars(select(PurchaseReturn.external_id).order_by(PurchaseReturn.external_id)).all()
        assert list(numbers) == ["R1", "R1", "R2"]


def test_a_return_that_found_nothing_finds_its_purchase_once_it_is_there(database: Database, write) -> None:
    head = "receipt,customer,at,sku,quantity,price\n"
    back = "R1,A,2026-03-04 10:00,X,-3,1.00\n"
    assert len(purchases(database, write(head + back)).refused) == 1
    purchases(database, write(head + "1,A,2026-03-01 10:00,X,2,1.00\n"))
    assert purchases(database, write(head + back)).imported == 1
    assert purchases(database, write(head + back)).unchanged == 1
    assert totals(database, "A") == (0, 0)


def test_a_receipt_that_is_here_with_another_amount_is_refused(database: Database, write) -> None:
    head = "receipt,customer,at,sku,quantity,price\n"
    purchases(database, write(head + "1,A,2026-03-01 10:00,X,2,1.00\n"))
    again = purchases(database, write(head + "1,A,2026-03-01 10:00,X,2,1.01\n"))
    assert dict(again.refused) == {2: "Receipt 1 is here already with another amount"}


def test_receipts_of_two_tills_may_be_mixed(database: Database, write) -> None:
    lines = "".join(f"{number % 2},A,2026-03-01 10:00,S{number},1,1.00\n" for number in range(10))
    report = purchases(database, write("receipt,customer,at,sku,quantity,price\n" + lines))
    assert (report.purchases, report.imported) == (2, 10)


def test_every_fault_of_a_line_is_told(database: Database, write) -> None:
    text = (
        "receipt;customer;at;sku;quantity;price;outlet\n"
        ";;01.03.2026;X;1;1;\n"
        "1;A;yesterday;X;1;1;\n"
        "1;A;2026-03-01;X;many;1;\n"
        "1;A;2026-03-01;X;1,0001;1;\n"
        "1;A;2026-03-01;X;0;1;\n"
        "1;A;2026-03-01;;1;1;\n"
        "1;A;2026-03-01;X;1;1;Atlantis\n"
        "1;A;2026-03-01;X;1;1\n"
        "1;A;2026-03-01;X\0;1;1;\n"
        '1;A;01.03.2026 10:30;X;1,5;2,345;"Quay"\n'
    )
    with database.begin() as session:
        session.add(Organisation(id=1, name="Shop", zone="Europe/London"))
        session.add(Outlet(name="Quay", zone="Australia/Sydney"))
    report = purchases(database, write(text))
    assert dict(report.refused) == {
        2: "No receipt number; No customer",
        3: "Not a date: yesterday",
        4: "Not a number: many",
        5: "A quantity has at most three decimals",
        6: "A quantity is above 0, and not that large",
        7: "A line needs its product's code, of at most 100 letters",
        8: "There is no such outlet: Atlantis",
        9: "6 cells instead of 7",
        10: "Holds a NUL character, which no database keeps",
    }
    assert dict(report.remarks) == {11: "The price 2.345 was rounded to two decimals"}
    with database.read() as session:
        bought = session.scalars(select(Purchase)).one()
        assert (bought.amount, bought.at) == (353, datetime(2026, 2, 28, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"receipt,customer\n", "at, sku, quantity, price"),
        (b"", "receipt, customer, at, sku, quantity, price"),
        ("receipt,customer,at,sku,quantity,price\n1,Zoë,".encode("latin-1"), "UTF-8"),
        (gzip.compress(REAL_LINES.encode(), mtime=0)[:-20], "damaged"),
    ],
    ids=["columns missing", "empty", "not UTF-8", "a broken archive"],
)
def test_a_file_that_is_no_such_file_is_refused_as_a_whole(
    database: Database, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match=message):
        import_purchases(database, path, now=NOW)


def test_progress_reaches_the_end(database: Database, write) -> None:
    path = write(REAL_LINES)
    told: list[tuple[int, int]] = []
    import_purchases(database, path, lambda done, total: told.append((done, total)), now=NOW)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


def test_customers_come_in_with_all_that_the_file_tells(database: Database, write) -> None:
    text = (
        "\ufeffCustomer ID,First name,Surname,E-mail,Phone,Card,Date of birth,Gender,Registered,"
        "Consent SMS,Consent email\n"
        "1.0,Anna,Marsh,anna@example.test,+44 7700 900001,290,1988-02-29,F,2025-01-01 10:00,no,yes\n"
        "2,Ben,Stone,anna@example.test,,,,,,,\n"
        "3,Cleo,Wade,,,,31.02.1990,robot,,,\n"
        ",Nobody,,,,,,,,,\n"
        "1,Anna,Again,,,,,,,,\n"
        "4,Dan,Moore,,,,,,,,\n"
    )
    report = import_customers(database, write(text), now=NOW)
    assert (report.read, report.imported, report.customers) == (6, 2, 2)
    assert dict(report.refused) == {
        3: "email: anna@example.test belongs to another customer",
        4: "birth_date: Not a date: 31.02.1990; sex: Neither female nor male: robot",
        5: "No external id, by which the same customer could be known again",
        6: "Customer 1 came before, on line 2",
    }
    with database.read() as session:
        anna = session.scalars(select(Customer).where(Customer.external_id == "1")).one()
        assert (anna.first_name, anna.birth_date, anna.sex) == ("Anna", date(1988, 2, 29), "female")
        assert anna.registered_at == datetime(2025, 1, 1, 10, tzinfo=UTC)
        consents = session.execute(select(Consent.channel, Consent.granted)).all()
        assert dict(consents) == {"sms": False, "email": True}
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_the_same_customers_again_change_nothing_and_a_change_changes_one(database: Database, write) -> None:
    text = "external_id,first_name\n1,Anna\n2,Ben\n"
    import_customers(database, write(text), now=NOW)
    again = import_customers(database, write(text), now=NOW)
    assert (again.imported, again.unchanged) == (0, 2)
    changed = import_customers(database, write(text.replace("Ben", "Benjamin")), now=NOW)
    assert (changed.imported, changed.unchanged, changed.customers) == (1, 1, 0)


cell = st.sampled_from(["1", "-1", "2.5", "0", "", "x", "A", "B", "2026-03-01", "2026-03-02 10:00", "-2"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*[cell] * 6), max_size=12))
def test_whatever_stands_in_a_file_every_line_is_accounted_for_and_a_second_import_adds_nothing(
    database: Database, tmp_path: Path, rows: list[tuple[str, ...]]
) -> None:
    path = tmp_path / "any.csv"
    usual = [("1", "A", "2026-03-01", "X", "2", "1"), ("R", "A", "2026-03-02", "X", "-1", "1")]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("receipt", "customer", "at", "sku", "quantity", "price"), *usual, *rows])
    first = purchases(database, path)
    assert first.read == len(rows) + 2
    again = purchases(database, path)
    assert again.imported == 0
    with database.read() as session:
        kept = dict(session.execute(select(CustomerTotals.customer_id, CustomerTotals.purchase_sum)).all())
        counted = session.execute(
            select(Purchase.customer_id, func.sum(Purchase.net_amount)).group_by(Purchase.customer_id)
        ).all()
        assert all(kept[customer_id] == total for customer_id, total in counted)


HEAD = "receipt,customer,at,sku,quantity,price\n"


def test_a_day_comes_first_only_where_that_is_said(database: Database, write) -> None:
    path = write(HEAD + "1,A,9/2/2013,X,1,5\n2,A,20-02-2013 10:30,X,1,5\n3,A,1/13/2013,X,1,5\n")
    assert len(purchases(database, path).refused) == 3
    assert dict(import_purchases(database, path, now=NOW, day_first=True).refused) == {4: "Not a date: 1/13/2013"}
    with database.read() as session:
        at = select(Purchase.at).order_by(Purchase.at)
        assert [str(moment)[:16] for moment in session.scalars(at)] == ["2013-02-09 00:00", "2013-02-20 10:30"]


@pytest.mark.parametrize("number", ["1e30", "1e999999", "-1e999999"])
def test_a_number_that_no_purchase_can_have_is_refused_on_its_line(database: Database, write, number: str) -> None:
    assert len(purchases(database, write(HEAD + f"1,A,2026-03-01 10:00,X,1,{number}\n")).refused) == 1
    assert len(purchases(database, write(HEAD + f"1,A,2026-03-01 10:00,X,{number},1\n")).refused) == 1
