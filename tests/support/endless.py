"""A question that no database answers within the life of a test."""

from sqlalchemy import text

ENDLESS = text(
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT 1 + n % 1000 FROM numbers) SELECT count(*) FROM numbers"
)
