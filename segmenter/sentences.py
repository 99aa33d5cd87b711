"""A tree in words: the whole sentence that people check, and a few words for a step on the canvas."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeGuard, TypeVar

from sqlalchemy.orm import Session

from loyalty_core.i18n import gettext
from segmenter import emphasis
from segmenter.condition import Leaf
from segmenter.emphasis import Part, joint
from segmenter.scope import EVERYWHERE, Scope
from segmenter.trees import Group, Kind, Tree, leaves, read
from segmenter.words import Words

Key = TypeVar("Key", bound=Hashable)


def sentence(session: Session, tree: Any) -> str:
    """ "Customers whose average receipt in the last 365 days is £5 000.00 or more".

    Raises Refused when the tree (JSON) is wrong.
    """
    return sentences(session, {"": tree})[""]


def sentences(session: Session, trees: Mapping[Key, Any]) -> dict[Key, str]:
    """The sentence of each of these trees, as above; names are looked up for all of them at once."""
    parsed = {key: read(tree) for key, tree in trees.items()}
    words = words_for(session, *parsed.values())
    return {key: emphasis.plain(_sentence(tree, words)) for key, tree in parsed.items()}


def sentence_parts(session: Session, tree: Any) -> list[Part]:
    """The same sentence, with what stands out in it."""
    parsed = read(tree)
    return emphasis.parts(_sentence(parsed, words_for(session, parsed)))


def _sentence(parsed: Tree, words: Words) -> str:
    words = replace(words, marked=True)
    if not isinstance(parsed, Group):
        return gettext("Customers %(clause)s", clause=_clause(parsed, words))
    if parsed.kind == "all":
        return _everyone_of(parsed, words)
    if parsed.kind == "none":
        return _everyone_of(Group("", "all", (parsed,)), words)
    if not parsed.members:
        return gettext("Nobody: the group has no conditions")
    return gettext("Customers %(clause)s", clause=_or(_parts(parsed, words)))


def short(session: Session, tree: Any) -> str:
    """ "≥ 10 purchases, average ≥ £5 000"; Refused when the tree (JSON) is wrong."""
    parsed = read(tree)
    return emphasis.plain(_brief(parsed, words_for(session, parsed), outermost=True))


def words_for(session: Session, *trees: Tree) -> Words:
    """The names that the leaves of these trees mention."""
    return Words.of(session, [named for tree in trees for leaf in leaves(tree) for named in leaf.mentioned])


def _everyone_of(group: Group, words: Words) -> str:
    # What must be true comes first, then the choices, then who is left out: no brackets are needed at this level.
    choices = [member for member in group.members if _is(member, "any") and len(member.members) > 1]
    left_out = [member for member in group.members if _is(member, "none")]
    must = tuple(member for member in group.members if member not in choices and member not in left_out)
    clauses = [_and(_parts(Group("", "all", must), words)), *(_either(choice, words) for choice in choices)]
    clause = joint(gettext(", and ")).join(filter(None, clauses))
    without = _and(_those(Group("", "none", tuple(each for out in left_out for each in out.members)), words))
    apart = {"without": joint(gettext("without")), "those": without}
    if not clause:
        return gettext("All customers %(without)s %(those)s", **apart) if without else gettext("All customers")
    if not without:
        return gettext("Customers %(clause)s", clause=clause)
    return gettext("Customers %(clause)s; %(without)s %(those)s", clause=clause, **apart)


def _parts(group: Group, words: Words) -> list[str]:
    parts: list[str] = []
    before: Scope | None = None
    for member in group.members:
        if isinstance(member, Leaf):
            same = group.kind == "all" and before is not None and member.scope == before
            parts.append(_clause(member, words, gettext("there") if same else None))
            before = member.scope if member.condition.windowed and member.scope != EVERYWHERE else None
        elif group.kind != "all" or not _lets_everybody_in(member):
            parts.append(_part(member, words))
            before = None
    return parts


def _clause(leaf: Leaf, words: Words, scope: str | None = None) -> str:
    said = scope or leaf.scope.sentence(words)
    return leaf.condition.clause(leaf, words, f" {said}" if said else "")


def _part(group: Group, words: Words) -> str:
    # Inside another group only brackets say what belongs together.
    if not group.members:
        return gettext("who do not exist") if group.kind == "any" else gettext("whoever they are")
    members = len(group.members)
    if group.kind == "all":
        return _bracketed(_and(_parts(group, words)), members)
    if group.kind == "any":
        return _bracketed(_either(group, words), members)
    return _bracketed(gettext("other than %(those)s", those=_and(_those(group, words))), members)


def _either(group: Group, words: Words) -> str:
    parts = _parts(group, words)
    if len(parts) < 2:
        return _or(parts)
    return gettext("%(either)s %(parts)s", either=joint(gettext("either")), parts=_or(parts))


def _those(group: Group, words: Words) -> list[str]:
    return [gettext("those %(clause)s", clause=part) for part in _parts(group, words)]


def _lets_everybody_in(group: Group) -> bool:
    return not group.members and group.kind != "any"


def _is(tree: Tree, kind: Kind) -> TypeGuard[Group]:
    return isinstance(tree, Group) and tree.kind == kind


def _bracketed(text: str, members: int) -> str:
    return f"({text})" if members > 1 else text


def _and(parts: Iterable[str]) -> str:
    return joint(gettext(" and ")).join(parts)


def _or(parts: Iterable[str]) -> str:
    return joint(gettext(" or ")).join(parts)


def _brief(tree: Tree, words: Words, *, outermost: bool = False) -> str:
    if isinstance(tree, Leaf):
        return tree.condition.short(tree, words)
    parts = [_brief(member, words) for member in tree.members]
    if not parts:
        return gettext("nobody") if tree.kind == "any" else gettext("everybody")
    if tree.kind == "none":
        return gettext("not %(parts)s", parts=_bracketed(_or(parts), len(parts)))
    text = _or(parts) if tree.kind == "any" else ", ".join(parts)
    return text if outermost else _bracketed(text, len(parts))
