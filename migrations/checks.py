"""Changes a check constraint where its table stands, on both databases."""

import sqlalchemy as sa
from alembic import op


def rewrite_check(table: str, name: str, before: str, after: str) -> None:
    """Put `after` in place of the constraint's text, which is `before`; LookupError where it is not.

    In SQLite that is its schema's text, as SQLite's documentation advises: other tables' keys hold a table in use, so
    that it cannot be dropped for a rebuilt one.
    """
    full_name = f"ck_{table}_{name}"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(full_name), table, type_="check")
        op.create_check_constraint(op.f(full_name), table, sa.text(after))
        return
    connection = op.get_bind()
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    found, wanted = (f"CONSTRAINT {full_name} CHECK ({check})" for check in (before, after))
    changed = connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ? AND instr(sql, ?)",
        (found, wanted, table, found),
    )
    if changed.rowcount != 1:
        raise LookupError(f"{table} has no constraint {full_name} as it was made")
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
