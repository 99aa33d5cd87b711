"""What may stand in a letter: its variables, and the small part of Jinja that uses them.

The sandbox keeps a template from reaching Python; the allow-list of syntax keeps it from costing time or memory:
without loops, arithmetic and calls, what it takes to fill in a letter is bounded by the letter's own length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from babel.support import LazyProxy
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


@dataclass(frozen=True)
class Variable:
    """A value of the customer that a letter can name: how forms call it, and an example for previews."""

    title: LazyProxy
    example: str


VARIABLES = {
    "customer.first_name": Variable(_("First name"), "Anna"),
    "customer.last_name": Variable(_("Last name"), "Bell"),
    "customer.name": Variable(_("Full name"), "Anna Bell"),
    "bonuses": Variable(_("Bonuses accrued in this campaign"), "500"),
    "burns_on": Variable(_("Date on which they burn"), "31 January 2027"),
    "balance": Variable(_("Balance that is active now"), "1\N{NO-BREAK SPACE}240.50"),
    "burning": Variable(_("Bonuses that burn soon"), "120"),
    "burning_on": Variable(_("Day on which the first of them burn"), "17 September 2026"),
    "purchase.amount": Variable(_("Sum of the purchase that began the trip"), "1\N{NO-BREAK SPACE}000.00"),
    "purchase.bonuses": Variable(_("Bonuses that the purchase earned"), "30"),
    "customer.phone": Variable(_("Phone"), "+44 7700 900014"),
    "customer.card": Variable(_("Card"), "RU-204417"),
    "organisation.name": Variable(_("Name of the organisation"), "Catena"),
}
FILTERS = ("capitalize", "default", "lower", "title", "trim", "upper")
DEPTH_MAX = 30
PARTS_MAX = 5_000

_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
)


class BadSyntax(ValueError):
    """A text that is not a template of a letter; `problems` are sentences, each naming its line and variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, cache_size=0
    )
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests.clear()
    return made


_TEXT = _environment(autoescape=False)
_MARKUP = _environment(autoescape=True)


def compile_text(source: str, *, markup: bool) -> Template:
    """A template of plain text, or of markup, in which values are escaped; BadSyntax says what is wrong with it."""
    environment = _MARKUP if markup else _TEXT
    try:
        tree = environment.parse(source)
        problems = list(_problems(tree, "\n" in source))
        if problems:
            raise BadSyntax(problems)
        code = environment.compile(tree)
    except TemplateSyntaxError as error:
        words = gettext("Line %(line)s: %(words)s", line=error.lineno, words=error.message or "")
        raise BadSyntax([words]) from error
    except BadSyntax:
        raise
    except (
        RecursionError,
        MemoryError,
        SyntaxError,
        ValueError,
    ) as error:  # deep nesting; numbers of thousands of digits
        raise BadSyntax([gettext("This is nested too deeply, or a number in it is too long")]) from error
    return Template.from_code(environment, code, {})


def _problems(tree: nodes.Template, several_lines: bool) -> Iterator[str]:
    """What is wrong with a tree, in reading order; walks without recursion, for the tree may be deep."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 1)]
    count = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > DEPTH_MAX or count > PARTS_MAX:
            yield gettext("This is nested too deeply") if depth > DEPTH_MAX else gettext("This has too many parts")
            return
        words = _problem(node)
        if words:
            yield gettext("Line %(line)s: %(words)s", line=node.lineno, words=words) if several_lines else words
        elif not isinstance(node, nodes.Getattr):
            waiting.extend((child, depth + 1) for child in reversed(list(node.iter_child_nodes())))


def _problem(node: nodes.Node) -> str | None:
    if not isinstance(node, _ALLOWED):
        return gettext("A letter can hold values, conditions and simple filters, nothing else of the template language")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        return gettext("There is no filter %(name)s. There are: %(all)s", name=node.name, all=", ".join(FILTERS))
    if isinstance(node, nodes.Name | nodes.Getattr):
        return _problem_of_name(_path(node))
    return None


def _problem_of_name(path: str | None) -> str | None:
    if path is None:
        return gettext("Only the values of a letter have parts, such as customer.name")
    if path in VARIABLES:
        return None
    parts = [name for name in VARIABLES if name.startswith(f"{path}.")]
    if parts:
        return gettext("%(name)s has parts. Write one of: %(parts)s", name=path, parts=", ".join(parts))
    near = get_close_matches(path, VARIABLES, n=1) or [name for name in VARIABLES if name.endswith(f".{path}")]
    if near:
        return gettext("There is no %(name)s. Did you mean %(near)s?", name=path, near=near[0])
    return gettext("There is no %(name)s. There are: %(all)s", name=path, all=", ".join(VARIABLES))


def _path(node: nodes.Node) -> str | None:
    """`customer.name` of attribute after attribute on a name; None for attributes of anything else."""
    names: list[str] = []
    while isinstance(node, nodes.Getattr):
        names.append(node.attr)
        node = node.node
    if not isinstance(node, nodes.Name):
        return None
    return ".".join([node.name, *reversed(names)])
