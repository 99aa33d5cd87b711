"""Scores of nine customers in one number: a ninth of the rows that a row for each would be, and of their index.

A customer's three scores are one of 125 codes, 25·(R − 1) + 5·(F − 1) + M, and 0 says that there are none: seven bits.
Customer n stands in block n ÷ 9, 7·(n mod 9) bits from the lowest. Nine codes are 63 bits, which both databases keep in
a BIGINT that is never negative; gaps between the numbers of customers cost nothing but zeros.
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, SQLColumnExpression, cast, func

from segmenter.rfm.rows import MEASURES

SIZE = 9
BITS = 7
NONE = 0
Scores = tuple[int, int, int]
_WEIGHTS = dict(zip(MEASURES, (25, 5, 1), strict=True))


def code_of(r: Any, f: Any, m: Any) -> Any:
    """The code of three scores, of numbers as of expressions."""
    return r * 25 + f * 5 + m - 30


def scores_of(code: int) -> Scores:
    """The three scores that a code other than `NONE` stands for."""
    r, rest = divmod(code - 1, 25)
    f, m = divmod(rest, 5)
    return r + 1, f + 1, m + 1


def score_in(code: ColumnElement[int], measure: str) -> ColumnElement[Any]:
    """One of the scores (`r`, `f` or `m`) of a code; NULL where there are none."""
    return (func.nullif(code, NONE, type_=Integer) - 1) // _WEIGHTS[measure] % 5 + 1


def block_of(customer: SQLColumnExpression[int]) -> ColumnElement[int]:
    """The block in which a customer stands."""
    return customer // SIZE


def put(code: ColumnElement[int], customer: SQLColumnExpression[int]) -> ColumnElement[int]:
    """A code at its customer's place: what a block's customers come to is the sum of these."""
    return cast(code, BigInteger).bitwise_lshift(_place(customer))


def taken(packed: SQLColumnExpression[int], customer: SQLColumnExpression[int]) -> ColumnElement[int]:
    """A customer's code out of the number of their block; `customer` may be a place in the block, 0 to 8, too."""
    return packed.bitwise_rshift(_place(customer)).bitwise_and(2**BITS - 1)


def _place(customer: SQLColumnExpression[int]) -> ColumnElement[int]:
    # PostgreSQL shifts by an INTEGER only.
    return cast(customer % SIZE, Integer) * BITS
