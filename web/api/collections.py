"""Collections, a page at a time: `{"items": […], "next": "cursor" | null}` with opaque cursors."""

import base64
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from loyalty_core.i18n import gettext as _
from web.api.fields import ID_MAX, Id

Item = TypeVar("Item")
LIMIT_MAX = 200


class Cursor(fields.Field[tuple[Any, ...]]):
    """Where the page before ended: the sort keys of its last item, whose types are `kinds`."""

    def __init__(self, *kinds: type, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "string", "description": "`next` of the page before"}, **kwargs)
        self.kinds = kinds

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[Any, ...]:
        try:
            keys = json.loads(base64.b64decode(str(value).encode("ascii"), altchars=b"-_", validate=True))
            if not isinstance(keys, list) or len(keys) != len(self.kinds):
                raise ValueError
            return tuple(_read(kind, key) for kind, key in zip(self.kinds, keys, strict=True))
        except (ValueError, OverflowError, RecursionError):
            raise ValidationError(_("This cursor is not one of ours. Begin again without it.")) from None


def _read(kind: type, key: Any) -> Any:
    if kind is datetime:
        moment = datetime.fromisoformat(key) if isinstance(key, str) else _no()
        return moment.astimezone(UTC) if moment.tzinfo else _no()
    if not isinstance(key, kind) or isinstance(key, bool) or (isinstance(key, int) and abs(key) > ID_MAX):
        _no()
    return key


def _no() -> Any:
    raise ValueError


def cursor(*keys: Any) -> str:
    """Sort keys (numbers, text, moments) as a cursor."""
    text = json.dumps([key.isoformat() if isinstance(key, datetime) else key for key in keys])
    return base64.urlsafe_b64encode(text.encode()).decode()


class PageArguments(Schema):
    """Which page of a collection that is sorted by id."""

    after = Cursor(int)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, LIMIT_MAX))


class SearchArguments(PageArguments):
    """Which page, narrowed by words."""

    q = fields.String(load_default="", validate=validate.Length(0, 200), metadata={"description": "Words to find"})


def page(found: Sequence[Item], limit: int, keys: Callable[[Item], tuple[Any, ...]]) -> dict[str, Any]:
    """A page of what was found when one more than `limit` was asked for; `keys` are an item's sort keys."""
    items = found[:limit]
    return {"items": items, "next": cursor(*keys(items[-1])) if len(found) > limit else None}


@cache
def page_of(schema: type[Schema]) -> type[Schema]:
    """The schema of a page of these."""
    name = schema.__name__.removesuffix("Schema")
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(schema), required=True),
            "next": fields.String(required=True, allow_none=True, metadata={"description": "Cursor of the next page"}),
        },
        name=f"{name}PageSchema",
    )


def read_page(
    session: Session,
    model: type[Any],
    arguments: Mapping[str, Any],
    *named: InstrumentedAttribute[Any],
    where: Collection[ColumnElement[bool]] = (),
) -> dict[str, Any]:
    """A page of a table by id; `named` are the columns in which the words of `q` may stand."""
    statement = select(model).where(*where).order_by(model.id).limit(arguments["limit"] + 1)
    if "after" in arguments:
        statement = statement.where(model.id > arguments["after"][0])
    if arguments.get("q"):
        statement = statement.where(or_(*(column.icontains(arguments["q"], autoescape=True) for column in named)))
    return page(session.scalars(statement).all(), arguments["limit"], lambda found: (found.id,))


class NamedSchema(Schema):
    """A thing that another one names."""

    id = Id(required=True)
    name = fields.String(required=True)
