"""Fields of a step's settings: what is valid, and how the form on the canvas draws them.

One declaration serves both: a marshmallow schema loads and checks, `json_schema` describes the same fields, with
`x-widget` hints.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.support import LazyProxy
from marshmallow import RAISE, Schema, ValidationError, fields

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from segmenter.trees import read

Text = str | LazyProxy
AMOUNT_MAX = 10**12  # minor units; far above any gift, far below 2^63


class Settings(Schema):
    """The settings of a step.

    `either` lists alternatives, each a list of fields: exactly one alternative is filled. `either_titles` names an
    alternative by its first field, where the titles of its fields do not.
    """

    either: Sequence[Sequence[str]] = ()
    either_titles: Mapping[str, Text] = {}

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """What is left empty is told in the words of the form."""
        for lack in ("required", "null"):
            field_obj.error_messages[lack] = gettext("Fill this in")


def _about(title: Text, hint: Text | None, **more: Any) -> dict[str, Any]:
    return {"title": title, "hint": hint, **more}


class Amount(fields.Field[int]):
    """Bonuses or money as a string with at most two decimals, above 0; loads as integer minor units."""

    def __init__(self, title: Text, *, unit: Text, hint: Text | None = None, **options: Any) -> None:
        super().__init__(metadata=_about(title, hint, type="string", widget="amount", unit=unit), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:
        try:
            amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount <= 0:
            raise ValidationError(gettext("Write an amount above 0"))
        minor = amount * 100
        if minor != minor.to_integral_value():
            raise ValidationError(gettext("Write at most two decimals"))
        if minor > AMOUNT_MAX:
            raise ValidationError(gettext("Write an amount below 10 000 000 000"))
        return int(minor)


class Whole(fields.Integer):
    """A whole number within limits."""

    def __init__(
        self, title: Text, *, least: int, most: int, unit: Text, hint: Text | None = None, **options: Any
    ) -> None:
        super().__init__(
            strict=True,
            metadata=_about(title, hint, type="integer", widget="integer", unit=unit, minimum=least, maximum=most),
            **options,
        )
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError(gettext("Write a whole number"))
        if not self.least <= value <= self.most:
            raise ValidationError(
                gettext("Write a whole number from %(least)s to %(most)s", least=self.least, most=self.most)
            )
        return value


class Choice(fields.String):
    """One of a few named values."""

    def __init__(self, title: Text, choices: Mapping[str, Text], *, hint: Text | None = None, **options: Any) -> None:
        super().__init__(metadata=_about(title, hint, type="string", widget="choice", choices=choices), **options)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise ValidationError(gettext("Choose one of: %(names)s", names=", ".join(map(str, self.choices.values()))))
        return value


class Order(fields.Field[list[str]]):
    """Some of a few named values, each once, in the order in which they are to be tried."""

    def __init__(self, title: Text, choices: Mapping[str, Text], *, hint: Text | None = None, **options: Any) -> None:
        super().__init__(metadata=_about(title, hint, type="array", widget="order", choices=choices), **options)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[str]:
        if not isinstance(value, list) or not value:
            raise ValidationError(gettext("Choose at least one"))
        if any(not isinstance(each, str) or each not in self.choices for each in value):
            raise ValidationError(gettext("Choose one of: %(names)s", names=", ".join(map(str, self.choices.values()))))
        if len(set(value)) < len(value):
            raise ValidationError(gettext("Name each only once"))
        return value


class Reference(fields.Integer):
    """The id of a thing in a collection of the API; whether it exists is for the step to check."""

    def __init__(self, title: Text, source: str, *, hint: Text | None = None, **options: Any) -> None:
        super().__init__(metadata=_about(title, hint, type="integer", widget="reference", source=source), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
            raise ValidationError(gettext("Choose one of the list"))
        return value


class References(fields.Field[list[int]]):
    """The ids of some things of a collection of the API, each once; no choice loads as None."""

    def __init__(self, title: Text, source: str, *, most: int, hint: Text | None = None, **options: Any) -> None:
        about = _about(title, hint, type="array", widget="references", source=source)
        super().__init__(metadata=about, **options)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[int] | None:  # type: ignore[override]
        ids = value if isinstance(value, list) else [None]
        if any(isinstance(each, bool) or not isinstance(each, int) or not 0 < each < 2**63 for each in ids):
            raise ValidationError(gettext("Choose from the list"))
        if len(ids) > self.most:
            raise ValidationError(gettext("Choose at most %(most)s", most=self.most))
        return list(dict.fromkeys(ids)) or None


class TimeOfDay(fields.Field[time]):
    """HH:MM on the wall clock."""

    def __init__(self, title: Text, *, hint: Text | None = None, **options: Any) -> None:
        super().__init__(metadata=_about(title, hint, type="string", widget="time"), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> time:
        try:
            clock = time.fromisoformat(value)
        except (TypeError, ValueError):
            clock = None
        if clock is None or f"{clock:%H:%M}" != value:
            raise ValidationError(gettext("Write a time as HH:MM, such as 09:00"))
        return clock


class LocalMoment(fields.Field[datetime]):
    """A date and time on the wall clock, without a zone: each outlet's own time. Loads as a naive datetime."""

    def __init__(self, title: Text, *, hint: Text | None = None, **options: Any) -> None:
        super().__init__(metadata=_about(title, hint, type="string", widget="local_moment"), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            moment = None
        if moment is None or f"{moment:%Y-%m-%dT%H:%M}" != value:
            raise ValidationError(gettext("Choose a date and a time"))
        if not 2000 <= moment.year <= 2200:
            raise ValidationError(gettext("Choose a date from 2000 to 2200"))
        return moment


class Day(fields.Field[date]):
    """A day of the calendar, each outlet's own. Loads as a date."""

    def __init__(self, title: Text, *, hint: Text | None = None, **options: Any) -> None:
        super().__init__(metadata=_about(title, hint, type="string", widget="day"), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> date:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            day = None
        if day is None or day.isoformat() != value:
            raise ValidationError(gettext("Choose a day"))
        if not 2000 <= day.year <= 2200:
            raise ValidationError(gettext("Choose a date from 2000 to 2200"))
        return day


class Words(fields.String):
    """Text of one line or many, which is not empty."""

    def __init__(
        self, title: Text, *, most: int, many_lines: bool = False, hint: Text | None = None, **options: Any
    ) -> None:
        widget = "multiline" if many_lines else "text"
        super().__init__(metadata=_about(title, hint, type="string", widget=widget, maxLength=most), **options)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if not isinstance(value, str) or not value.strip() or "\x00" in value:
            raise ValidationError(gettext("Write some text"))
        if len(value) > self.most:
            raise ValidationError(gettext("Write at most %(most)s characters", most=self.most))
        return value


class Tree(fields.Field[dict[str, Any]]):
    """A tree of conditions, as in a segment."""

    def __init__(self, title: Text, *, hint: Text | None = None, **options: Any) -> None:
        super().__init__(metadata=_about(title, hint, type="object", widget="tree"), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> dict[str, Any]:
        try:
            read(value)
        except Refused as refused:
            raise ValidationError({refused.where: [refused.message]}) from None
        return dict(value)


def json_schema(schema: type[Settings]) -> dict[str, Any]:
    """The JSON schema that the form on the canvas is drawn from; texts are translated now."""
    declared = schema().fields
    properties = {}
    for name, field in declared.items():
        about = dict(field.metadata)
        choices = about.pop("choices", None)
        described = {
            "type": about.pop("type"),
            "title": str(about.pop("title")),
            "x-widget": about.pop("widget"),
        }
        if (hint := about.pop("hint", None)) is not None:
            described["description"] = str(hint)
        for key in ("unit", "source"):
            if key in about:
                described[f"x-{key}"] = str(about.pop(key))
        if choices is not None:
            described |= {"enum": list(choices), "x-enum-titles": [str(title) for title in choices.values()]}
        properties[name] = described | about
    whole: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": [name for name, field in declared.items() if field.required],
        "x-order": list(declared),
    }
    if schema.either:
        whole["x-either"] = [list(names) for names in schema.either]
        whole["x-either-titles"] = {name: str(title) for name, title in schema.either_titles.items()}
    return whole
