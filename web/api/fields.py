"""The API's own kinds of value: amounts, moments, ids, quantities, references to outlets."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import ValidationError, fields, validate

from loyalty_core.i18n import gettext as _

ID_MAX = 2**63 - 1
AMOUNT_MAX = 10**12  # minor units: sums of many stay far below what a database column holds
QUANTITY_MAX = Decimal("999999.999")
_AMOUNT = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)


def _documented(kwargs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {**kwargs, "metadata": {**metadata, **kwargs.get("metadata", {})}}


class Amount(fields.Field[int]):
    """Money or bonuses: "500.00" outside, integer minor units inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_documented(kwargs, pattern=r"^\d{1,10}(\.\d{1,2})?$", example="500.00"))

    def _serialize(self, value: int | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else written(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise ValidationError(_("Write an amount as a string with at most two decimals, such as “500.00”."))
        amount = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
        if amount > AMOUNT_MAX:
            raise ValidationError(_("Write an amount of at most %(most)s.", most=written(AMOUNT_MAX)))
        return amount


def written(amount: int) -> str:
    """Minor units as "500.00"; below zero as "-500.00"."""
    units, cents = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{units}.{cents:02}"


class Moment(fields.Field[datetime]):
    """ISO 8601 with a zone outside, an aware UTC datetime inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_documented(kwargs, format="date-time", example="2026-11-21T09:00:00+00:00"))

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise ValidationError(_("Write a moment with its zone, such as “2026-11-21T09:00:00+00:00”."))
        try:
            moment = datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(_("There is no such moment.")) from None
        if not 1900 <= moment.year <= 2200:
            raise ValidationError(_("Write a moment between the years 1900 and 2200."))
        return moment


class Id(fields.Integer):
    """The id of a thing; `strict=False` where it comes as text (a query string)."""

    def __init__(self, *, strict: bool = True, **kwargs: Any) -> None:
        super().__init__(strict=strict, validate=validate.Range(1, ID_MAX), **kwargs)


class Whole(fields.Integer):
    """A whole number that a column of 32 bits holds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(-(2**31), 2**31 - 1), **kwargs)


class Flag(fields.Boolean):
    """`true` or `false`, and nothing that only looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(_("Write true or false."))
        return value


class Text(fields.String):
    """Text of at most `length` characters, without white space around it; `required` text is never empty."""

    def __init__(self, length: int, **kwargs: Any) -> None:
        least = 1 if kwargs.get("required") else 0
        super().__init__(validate=validate.Length(least, length), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).strip()


class Quantity(fields.Field[Decimal]):
    """How much of a line: a number or a string, above 0, with at most three decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_documented(kwargs, type=["number", "string"], example="2"))

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{value.normalize():f}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        refusal = ValidationError(_("Write a quantity above 0 with at most three decimals, such as 2 or “0.250”."))
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise refusal
        try:
            quantity = Decimal(str(value))
        except (InvalidOperation, ValueError):
            raise refusal from None
        if not quantity.is_finite() or not 0 < quantity <= QUANTITY_MAX or quantity != round(quantity, 3):
            raise refusal
        return quantity


class OutletReference(fields.Field["int | str"]):
    """An outlet by our id (a number) or by its `external_id` (a string)."""

    def __init__(self, **kwargs: Any) -> None:
        described = "An outlet: our id as a number, or its external_id as a string"
        super().__init__(**_documented(kwargs, type=["integer", "string"], description=described, example="soho"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | str:
        if isinstance(value, str) and 1 <= len(value) <= 100:
            return value
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= ID_MAX:
            return value
        raise ValidationError(_("Name an outlet by its id (a number) or its external_id (a string)."))
