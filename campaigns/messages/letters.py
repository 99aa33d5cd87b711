"""Letters: compiled once, filled in for each customer, laid out as HTML with a text alternative."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, TemplateError

from campaigns.messages.markup import BadMarkup, html_of, is_mjml
from campaigns.messages.plain import text_of
from campaigns.messages.syntax import VARIABLES, BadSyntax, compile_text
from campaigns.problems import Problem
from loyalty_core.i18n import gettext

SUBJECT_MAX = 300
BODY_MAX = 100_000
RENDERED_SUBJECT_MAX = 500

Values = Mapping[str, Any]

_LAYOUT = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    (Path(__file__).parent / "layout.mjml").read_text(encoding="utf-8")
)


class BadLetter(ValueError):
    """A letter that cannot be sent as it is written; `problems` say where and what to do."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Letter:
    """A letter as one customer gets it."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class CompiledLetter:
    """A letter that is ready to be filled in: `body` is a template of MJML or of plain text."""

    subject: Template
    body: Template
    mjml: bool

    def render(self, values: Values) -> Letter:
        """Fill in one customer's values; BadLetter where the result cannot be laid out."""
        try:
            subject = " ".join(self.subject.render(values).split())[:RENDERED_SUBJECT_MAX]
            body = self.body.render(values)
            if self.mjml:
                return Letter(subject, html_of(body), text_of(body))
            return Letter(subject, html_of(_lay_out(subject, body, values)), _tidy(body))
        except (BadMarkup, TemplateError) as error:
            raise BadLetter([Problem("body", str(error), field="body")]) from error


def compile_letter(subject: str, body: str) -> CompiledLetter:
    """A letter of these templates; BadLetter names every place that is wrong."""
    problems = _problems_of_size(subject, body)
    templates: dict[str, Template] = {}
    mjml = is_mjml(body)
    if not problems:
        for where, source, markup in (("subject", subject, False), ("body", body, mjml)):
            try:
                templates[where] = compile_text(source, markup=markup)
            except BadSyntax as error:
                problems += [Problem(where, message, field=where) for message in error.problems]
    if problems:
        raise BadLetter(problems)
    return CompiledLetter(templates["subject"], templates["body"], mjml)


def check_template(subject: str, body: str) -> list[Problem]:
    """What is wrong with a letter, `where` being "subject" or "body"; nothing when it can be sent."""
    try:
        letter = compile_letter(subject, body)
        letter.render(example_values())
        letter.render(empty_values())
    except BadLetter as error:
        return error.problems
    return []


def preview(subject: str, body: str, values: Values | None = None) -> Letter:
    """The letter with example values; BadLetter names what is wrong."""
    return compile_letter(subject, body).render(values or example_values())


def example_values() -> dict[str, Any]:
    """Values of the customer of previews, in the shape that letters take."""
    return nested({name: variable.example for name, variable in VARIABLES.items()})


def empty_values() -> dict[str, Any]:
    """Values of a customer of whom nothing is known: the other side of a letter's conditions."""
    return nested(dict.fromkeys(VARIABLES, ""))


def nested(values: Mapping[str, object]) -> dict[str, Any]:
    """`{"customer.name": x}` as `{"customer": {"name": x}}`."""
    tree: dict[str, Any] = {}
    for name, value in values.items():
        group, _dot, leaf = name.rpartition(".")
        (tree.setdefault(group, {}) if group else tree)[leaf] = value
    return tree


def _problems_of_size(subject: str, body: str) -> list[Problem]:
    problems = []
    if not subject.strip():
        problems.append(Problem("subject", gettext("Write a subject"), field="subject"))
    elif subject.splitlines() != [subject]:
        problems.append(Problem("subject", gettext("Write the subject in one line"), field="subject"))
    if not body.strip():
        problems.append(Problem("body", gettext("Write the letter"), field="body"))
    for where, text, longest in (("subject", subject, SUBJECT_MAX), ("body", body, BODY_MAX)):
        if len(text) > longest:
            words = gettext("Write at most %(max)s characters, not %(count)s", max=longest, count=len(text))
            problems.append(Problem(where, words, field=where))
        if "\0" in text:
            problems.append(Problem(where, gettext("Take out the NUL character"), field=where))
    return problems


def _tidy(text: str) -> str:
    """Plain text without the empty lines that conditions leave behind."""
    return re.sub(r"\n\s*\n", "\n\n", text.strip()) + "\n"


def _lay_out(subject: str, body: str, values: Values) -> str:
    """Plain text as MJML: blank lines part paragraphs."""
    paragraphs: list[list[str]] = [[]]
    for line in body.strip().splitlines():
        if line.strip():
            paragraphs[-1].append(line.strip())
        elif paragraphs[-1]:
            paragraphs.append([])
    return _LAYOUT.render(subject=subject, paragraphs=paragraphs, organisation=values["organisation"]["name"])
