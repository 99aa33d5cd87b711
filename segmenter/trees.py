"""Trees of conditions: read from JSON, checked leaf by leaf, with the path of what is wrong.

`{"all": […]}`, `{"any": […]}`, `{"none": […]}` over leaves `{"condition", "op", "value"}`, with `of`, `by`, `within`
and `outlets` where the condition takes them. An empty `all` or
`none` is everybody, an empty `any` nobody. `none` of a group is exactly those whom `any` of it leaves out: what is not
known of a customer makes a leaf false, never unknown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from segmenter.condition import Condition, Leaf
from segmenter.conditions import CONDITIONS
from segmenter.scope import read_outlets
from segmenter.values import CHOSEN_MAX
from segmenter.window_reading import AHEAD, BACK, read_window

Kind = Literal["all", "any", "none"]
KINDS: tuple[Kind, ...] = get_args(Kind)

DEPTH_MAX = 8
LEAVES_MAX = 200
GROUPS_MAX = 200
LIMITS = {"depth": DEPTH_MAX, "conditions": LEAVES_MAX, "groups": GROUPS_MAX, "chosen": CHOSEN_MAX}
FIELDS = ("condition", "op", "value", "of", "by", "within", "outlets")


@dataclass(frozen=True)
class Problem:
    """What is wrong in a tree, and where: "all.0.value"."""

    where: str
    message: str


@dataclass(frozen=True)
class Group:
    """Members joined by `all`, `any` or `none`; `path` is "" at the root."""

    path: str
    kind: Kind
    members: tuple["Tree", ...]


Tree = Group | Leaf


def read(raw: Any) -> Tree:
    """The tree, checked; Refused names the first thing that is wrong."""
    reader = _Reader()
    tree = reader.tree(raw, "", 1)
    if reader.problems or tree is None:
        first = reader.problems[0]
        raise Refused(first.where, first.message)
    return tree


def check(raw: Any) -> list[Problem]:
    """Everything that is wrong in a tree; empty when `read` would take it."""
    reader = _Reader()
    reader.tree(raw, "", 1)
    return reader.problems


def leaves(tree: Tree) -> Iterator[Leaf]:
    """The leaves of a tree, from its first to its last."""
    if isinstance(tree, Leaf):
        yield tree
    else:
        for member in tree.members:
            yield from leaves(member)


def groups(tree: Tree) -> Iterator[Group]:
    """The groups of a tree, each before those inside it."""
    if isinstance(tree, Group):
        yield tree
        for member in tree.members:
            yield from groups(member)


class _Reader:
    """Goes through a tree and collects problems; what has one reads as None."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._leaves = 0
        self._groups = 0

    def tree(self, raw: Any, path: str, depth: int) -> Tree | None:
        try:
            if not isinstance(raw, dict):
                raise Refused("", gettext("Write a group or a condition"))
            return self._leaf(raw, path) if "condition" in raw else self._group(raw, path, depth)
        except Refused as refused:
            self.problems.append(Problem(_under(path, refused.where), refused.message))
            return None

    def _group(self, raw: dict[str, Any], path: str, depth: int) -> Group:
        self._groups += 1
        kind = next((each for each in KINDS if each in raw), None)
        if kind is None or len(raw) != 1:
            raise Refused("", gettext("Write one of all, any and none, or a condition"))
        if depth > DEPTH_MAX:
            raise Refused("", gettext("Groups go at most %(most)s deep", most=DEPTH_MAX))
        if self._groups > GROUPS_MAX:
            raise Refused("", gettext("A segment has at most %(most)s groups", most=GROUPS_MAX))
        if not isinstance(raw[kind], list):
            raise Refused(kind, gettext("Write a list of conditions and groups"))
        members: list[Tree] = []
        for index, member in enumerate(raw[kind]):
            tree = self.tree(member, _under(path, f"{kind}.{index}"), depth + 1)
            if tree is not None:
                members.append(tree)
            elif len(self.problems) > LEAVES_MAX or self._leaves > LEAVES_MAX or self._groups > GROUPS_MAX:
                break  # past its limits a tree is not read on, however long it is
        return Group(path, kind, tuple(members))

    def _leaf(self, raw: dict[str, Any], path: str) -> Leaf:
        self._leaves += 1
        if self._leaves > LEAVES_MAX:
            raise Refused("", gettext("A segment has at most %(most)s conditions", most=LEAVES_MAX))
        key, op = raw["condition"], raw.get("op")
        of, within, outlets = raw.get("of"), raw.get("within"), raw.get("outlets")
        condition = CONDITIONS.get(key) if isinstance(key, str) else None
        if condition is None:
            raise Refused("condition", gettext("Choose a condition"))
        unknown = next((name for name in raw if name not in FIELDS), None)
        if unknown is not None:
            raise Refused(str(unknown), gettext("Leave this out: a condition has no such field"))
        offered = [each.key for each in condition.value.operators]
        if op not in offered:
            raise Refused("op", gettext("Choose one of: %(choices)s", choices=", ".join(offered)))
        if within is not None and not condition.windowed:
            raise Refused("within", gettext("Leave this out: it is not counted over a period"))
        if outlets is not None and not condition.at_outlets:
            raise Refused("outlets", gettext("Leave this out: it is not counted by outlet"))
        if of is not None and condition.subject is None:
            raise Refused("of", gettext("Leave this out: the condition has no such field"))
        by = raw.get("by")
        if by is not None and condition.by is None:
            raise Refused("by", gettext("Leave this out: the condition has no such field"))
        return Leaf(
            path,
            condition,
            str(op),
            condition.value.read(raw.get("value"), str(op)),
            None if within is None else read_window(within, offered=AHEAD if condition.ahead else BACK),
            () if outlets is None else read_outlets(outlets),
            _subject(condition, of),
            None if by is None or condition.by is None else condition.by.value.one(by, "by"),
        )


def _subject(condition: Condition, of: Any) -> Any:
    if condition.subject is None or (of is None and condition.subject.any):
        return None
    return condition.subject.value.one(of, "of")


def _under(path: str, name: str) -> str:
    return ".".join(part for part in (path, name) if part)
