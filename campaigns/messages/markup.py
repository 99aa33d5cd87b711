"""MJML to HTML, safely.

The converter follows nesting with the machine's own stack: what is nested too deeply would end the process, so it
must never reach it.
"""

import re
from difflib import get_close_matches

from mjml import mjml2html

from loyalty_core.i18n import gettext

DEPTH_MAX = 60
SIZE_MAX = 500_000

_TAG = re.compile(r"""<!--.*?-->|<(/?)([a-zA-Z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.DOTALL)
_ALONE = frozenset(re.findall(r"\w+", "area base br col embed hr img input link meta source track wbr"))
_KNOWN = frozenset(
    re.findall(
        r"\S+",
        """mj-accordion mj-accordion-element mj-accordion-text mj-accordion-title mj-all mj-attributes mj-body
        mj-breakpoint mj-button mj-carousel mj-carousel-image mj-class mj-column mj-divider mj-font mj-group mj-head
        mj-hero mj-html-attribute mj-html-attributes mj-image mj-navbar mj-navbar-link mj-preview mj-raw mj-section
        mj-selector mj-social mj-social-element mj-spacer mj-style mj-table mj-text mj-title mj-wrapper""",
    )
)


class BadMarkup(ValueError):
    """MJML that cannot become a letter; says where and why."""


def is_mjml(body: str) -> bool:
    """Whether a body is a whole MJML document, rather than plain text."""
    return body.lstrip().startswith("<mjml")


def html_of(mjml: str) -> str:
    """The letter's HTML; BadMarkup where it is too long, nested too deeply or not MJML. Nothing is fetched."""
    if len(mjml) > SIZE_MAX:
        raise BadMarkup(gettext("The letter is longer than %(max)s characters", max=SIZE_MAX))
    _check_tags(mjml)
    try:
        return str(mjml2html(mjml, disable_comments=True, fonts={}))
    except ValueError as error:
        raise BadMarkup(gettext("The MJML is not right: %(words)s", words=error)) from error


def _check_tags(mjml: str) -> None:
    """Every `<` opens a tag that is understood here, so that the depth counted here is the depth that mrml will see."""
    depth, end = 0, 0
    for tag in _TAG.finditer(mjml):
        _check_between(mjml, end, tag.start())
        end = tag.end()
        closing, name, rest = tag[1], (tag[2] or "").lower(), tag[3] or ""
        if name.startswith("mj-") and name not in _KNOWN:
            raise BadMarkup(_unknown(name, _line(mjml, tag.start())))
        if closing:
            depth -= 1
        elif name and name not in _ALONE and not rest.endswith("/"):
            depth += 1
        if depth > DEPTH_MAX:
            words = gettext("Line %(line)s: the tags are nested too deeply", line=_line(mjml, tag.start()))
            raise BadMarkup(words)
    _check_between(mjml, end, len(mjml))


def _check_between(mjml: str, start: int, end: int) -> None:
    found = mjml.find("<", start, end)
    if found >= 0:
        raise BadMarkup(gettext("Line %(line)s: this “<” does not open a tag. Write &lt;", line=_line(mjml, found)))


def _unknown(name: str, line: int) -> str:
    near = get_close_matches(name, _KNOWN, n=1)
    if near and name != "mj-include":
        return gettext(
            "Line %(line)s: there is no <%(name)s>. Did you mean <%(near)s>?", line=line, name=name, near=near[0]
        )
    return gettext("Line %(line)s: <%(name)s> cannot be used in a letter", line=line, name=name)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
