"""Random trees over all conditions, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

import campaigns.conditions  # noqa: F401 (registers them)
from tests.segmenter.town import DAYS

Part = st.SearchStrategy[dict[str, Any]]


def compared(values: st.SearchStrategy[Any], order: Any = lambda value: value) -> Part:
    """An operator for numbers and what it takes."""
    one = st.fixed_dictionaries({"op": st.sampled_from(["eq", "ne", "ge", "gt", "le", "lt"]), "value": values})
    two = st.tuples(values, values).map(lambda pair: {"op": "between", "value": sorted(pair, key=order)})
    return one | two


def chosen(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    """Some of these."""
    return st.lists(st.sampled_from(values), min_size=1, max_size=min(3, len(values)), unique=True)


def picked(values: list[Any], *ops: str) -> Part:
    """Things picked by name."""
    return st.fixed_dictionaries({"op": st.sampled_from(ops or ("has",)), "value": chosen(values)})


ASKED: set[str] = set()
"""The conditions that random leaves ask."""


def leaf(keys: str, *parts: Part) -> Part:
    """A leaf of one of these conditions (names with spaces between)."""
    ASKED.update(keys.split())
    condition: Part = st.sampled_from(keys.split()).map(lambda key: {"condition": key})
    return st.tuples(condition, *parts).map(lambda all_parts: {k: v for part in all_parts for k, v in part.items()})


def perhaps(part: Part) -> Part:
    """What may be left out."""
    return part | st.none().map(lambda _: {})


def one_of(*values: str) -> Part:
    """A choice."""
    return st.sampled_from(values).map(lambda value: {"op": "is", "value": value})


def some_of(*values: str) -> Part:
    """One or more choices."""
    return one_of(*values) | chosen([*values]).map(lambda few: {"op": "is", "value": few})


def way(name: str, *values: Any) -> Part:
    """One way to write a window."""
    return st.sampled_from(values).map(lambda value: {name: value})


UNITS = ("day", "week", "month", "quarter", "year")
FIRST, LAST = way("from", "2025-02-28", "2025-11-21", "2026-02-28"), way("to", "2026-02-28", "2028-02-29")
DATES: Part = st.one_of(FIRST, LAST, st.tuples(FIRST, LAST).map(lambda ends: ends[0] | ends[1]))
LAST_SO_MANY: Part = st.one_of(way("last_days", 1, 30, 365), way("last_weeks", 1, 4, 52), way("last_months", 1, 2, 12))
MOVING: Part = st.one_of(
    LAST_SO_MANY,
    way("next_days", 0, 1, 7, 365),
    way("this", *UNITS),
    way("previous", *UNITS),
    way("next", *UNITS),
)
WINDOW: Part = st.one_of(
    st.just({}), way("last_days", *DAYS[1:]), LAST_SO_MANY, way("this", *UNITS), way("previous", *UNITS), DATES
).map(lambda window: {"within": window} if window else {})
AHEAD: Part = st.one_of(
    st.just({}), way("next_days", 0, 1, 7, 30), way("this", *UNITS), way("next", *UNITS), DATES
).map(lambda window: {"within": window} if window else {})
OUTLETS = perhaps(chosen([1, 2, 3, 4]).map(lambda ids: {"outlets": ids}))
MONEY = compared(st.sampled_from(["0", "0.01", "1.00", "4999.99", "5000.00", "5000.01", "10000"]), float)
COUNTS = compared(st.sampled_from([0, 1, 2, 3, 9, 10, 11]))
AGO = compared(st.sampled_from(DAYS))
IDS = [1, 2, 3, 4]
GOODS = ["product:1", "product:3", "product:99", "category:Coffee", "category:Milk"]
OF_GOODS: Part = chosen(GOODS).map(lambda goods: {"of": goods})
YES_NO = one_of("yes", "no")

CHANNELS = ["email", "sms", "push", "telegram"]
CHANNEL: Part = (st.sampled_from(CHANNELS) | chosen(CHANNELS)).map(lambda of: {"of": of})

EVENT: Part = st.sampled_from(
    [
        "site.visited",
        {"kind": "cart.left"},
        {"kind": "site.visited", "properties": {"page": "a"}},
        {"kind": "site.visited", "properties": {"n": "5", "page": "a"}},
        {"kind": "cart.left", "properties": {"n": "true"}},
        {"kind": "cart.left", "properties": {"page": "true"}},
    ]
).map(lambda of: {"of": of})
TEXT: Part = st.tuples(st.sampled_from(["is", "contains"]), st.sampled_from(["a%b", "a", "A_", "%"])).map(
    lambda pair: {"op": pair[0], "value": pair[1]}
)
DAYS_ON: Part = st.sampled_from(["ge", "le", "eq"]).flatmap(
    lambda op: st.sampled_from(["2026-02-28", "2024-02-29", "2025-01-01"]).map(lambda day: {"op": op, "value": day})
) | st.just({"op": "between", "value": ["2024-02-29", "2026-02-27"]})
DAYS_IN: Part = st.tuples(st.sampled_from(["within", "anniversary"]), MOVING).map(
    lambda pair: {"op": pair[0], "value": pair[1]}
) | DATES.map(lambda dates: {"op": "within", "value": dates})

LEAVES = st.one_of(
    leaf("purchase_count visit_count", COUNTS, WINDOW, OUTLETS),
    leaf("purchase_sum average_receipt", MONEY, WINDOW, OUTLETS),
    leaf("purchased first_purchase", YES_NO, WINDOW, OUTLETS),
    leaf("days_since_last_purchase days_since_first_purchase", AGO, OUTLETS),
    leaf("bought_goods", picked(GOODS, "has", "lacks"), WINDOW, OUTLETS),
    leaf("goods_quantity", compared(st.sampled_from([0, 1, 2, 3])), OF_GOODS, WINDOW, OUTLETS),
    leaf("goods_sum", MONEY, OF_GOODS, WINDOW, OUTLETS),
    leaf("goods_share", compared(st.sampled_from([0, 1, 50, 99, 100])), OF_GOODS, WINDOW, OUTLETS),
    leaf(
        "rfm_score",
        compared(st.sampled_from([0, 1, 3, 5])),
        st.sampled_from(["r", "f", "m"]).map(lambda of: {"of": of}),
    ),
    leaf("rfm_segment", picked(IDS)),
    leaf("promo_code_used", COUNTS, perhaps(chosen([1, 2, 3]).map(lambda ids: {"of": ids})), WINDOW, OUTLETS),
    leaf("invited", YES_NO),
    leaf("invited_by", picked(IDS)),
    leaf("friends_invited", COUNTS, WINDOW, OUTLETS),
    leaf("event_count", COUNTS, EVENT, WINDOW),
    leaf("reachable", YES_NO, CHANNEL),
    leaf("messages_sent", COUNTS, perhaps(CHANNEL), perhaps(chosen([1, 2, 3]).map(lambda ids: {"by": ids})), WINDOW),
    leaf(
        "campaign_entered messages_opened messages_clicked",
        COUNTS,
        perhaps(chosen([1, 2, 3]).map(lambda ids: {"of": ids})),
        WINDOW,
    ),
    leaf("attribute_number", MONEY | compared(st.sampled_from(["-1", "-0.01", "0"]), float), st.just({"of": 1})),
    leaf("attribute_text", TEXT, st.just({"of": [2]})),
    leaf("attribute_date", DAYS_ON | DAYS_IN, st.just({"of": 3})),
    leaf("attribute_flag", YES_NO, st.just({"of": 4})),
    leaf("bonus_balance", MONEY, OUTLETS),
    leaf("bonuses_burning", MONEY, AHEAD, OUTLETS),
    leaf("tag programme customer_group outlet segment customer_list", picked(IDS)),
    leaf("tier", compared(st.sampled_from([0, 1, 2, 3]))),
    leaf("days_since_registration", AGO),
    leaf("days_to_birthday", compared(st.sampled_from([0, 1, 7, 40, 300, 365]))),
    leaf("age", compared(st.sampled_from([0, 17, 18, 19, 30, 46]))),
    leaf("sex", some_of("female", "male")),
    leaf("status", some_of("active", "blocked", "not_activated")),
    leaf("consent", some_of("granted", "refused", "not_asked"), CHANNEL),
)
TREES = st.recursive(
    LEAVES,
    lambda members: st.tuples(st.sampled_from(["all", "any", "none"]), st.lists(members, max_size=4)).map(
        lambda group: {group[0]: group[1]}
    ),
    max_leaves=8,
)
