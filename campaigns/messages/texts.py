"""Short messages: a text with places for values, for SMS, push and Telegram."""

import re
from dataclasses import dataclass

from jinja2 import Template, TemplateError

from campaigns.messages.letters import BadLetter, Letter, Values, empty_values, example_values
from campaigns.messages.syntax import BadSyntax, compile_text
from campaigns.problems import Problem
from loyalty_core.i18n import gettext

TEXT_MAX = 1_000


class NothingToSend(BadLetter):
    """A text of which nothing is left for this customer: no channel would carry it."""

    def __init__(self, reason: str) -> None:
        super().__init__([Problem("text", reason, field="text")])


@dataclass(frozen=True)
class CompiledText:
    """A short message that is ready to be filled in."""

    text: Template

    def render(self, values: Values) -> Letter:
        """Fill in one customer's values, in the shape of a letter without subject and layout."""
        try:
            text = _tidy(self.text.render(values))
        except TemplateError as error:
            raise BadLetter([Problem("text", str(error), field="text")]) from error
        if not text:
            raise NothingToSend(gettext("The text is empty for this customer"))
        return Letter("", "", text)


def compile_short(text: str) -> CompiledText:
    """A short message of this template; BadLetter names every place that is wrong."""
    words = []
    if not text.strip():
        words.append(gettext("Write the text"))
    if len(text) > TEXT_MAX:
        words.append(gettext("Write at most %(max)s characters, not %(count)s", max=TEXT_MAX, count=len(text)))
    if "\0" in text:
        words.append(gettext("Take out the NUL character"))
    if not words:
        try:
            return CompiledText(compile_text(text, markup=False))
        except BadSyntax as error:
            words = error.problems
    raise BadLetter([Problem("text", each, field="text") for each in words])


def check_text(text: str) -> list[Problem]:
    """What is wrong with a short message; nothing when it can be sent."""
    try:
        short = compile_short(text)
        short.render(example_values())
        short.render(empty_values())
    except NothingToSend:
        return []
    except BadLetter as error:
        return error.problems
    return []


def preview_text(text: str, values: Values | None = None) -> str:
    """The text with example values; BadLetter names what is wrong."""
    return compile_short(text).render(values or example_values()).text


def _tidy(text: str) -> str:
    """Without the spaces and empty lines that conditions leave behind: each is paid for.

    A no-break space, as amounts have it, would make the whole SMS one of other letters: a plain one takes its place.
    """
    lines = (re.sub(r"[ \t\u00a0\u202f]+", " ", line).strip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
