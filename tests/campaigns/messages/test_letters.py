"""Letters: what they say, what may stand in them, and what attacks on them come to."""

import time
from typing import Any

import pytest

from campaigns.messages.letters import BadLetter, check_template, compile_letter, example_values, preview
from campaigns.messages.markup import BadMarkup, html_of
from campaigns.messages.syntax import VARIABLES


def mjml(inner: str) -> str:
    return f"<mjml><mj-body><mj-section><mj-column>{inner}</mj-column></mj-section></mj-body></mjml>"


def messages(subject: str, body: str) -> list[str]:
    return [f"{problem.where}: {problem.message}" for problem in check_template(subject, body)]


def test_plain_text_becomes_paragraphs_and_keeps_its_lines() -> None:
    letter = preview(
        "Hello", "Dear {{ customer.first_name }},\n\nyou have {{ bonuses }} bonuses.\nUntil {{ burns_on }}."
    )
    assert letter.text == "Dear Anna,\n\nyou have 500 bonuses.\nUntil 31 January 2027.\n"
    assert "you have 500 bonuses.<br />Until 31 January 2027." in letter.html
    assert letter.html.startswith("<!doctype html>")


def test_signs_of_plain_text_mean_themselves() -> None:
    letter = preview("5 < 6", "Tom & <b>Jerry</b>")
    assert "Tom &amp; &lt;b&gt;Jerry&lt;/b&gt;" in letter.html
    assert letter.text == "Tom & <b>Jerry</b>\n"
    assert letter.subject == "5 < 6"


def test_mjml_becomes_a_letter_with_a_text_alternative() -> None:
    inner = '<mj-text>Dear {{ customer.name }},<br />see <a href="https://x.test/?a=1&amp;b=2">the shop</a></mj-text>'
    letter = preview("Hello", mjml(inner + "<mj-text>Bye</mj-text>"))
    assert letter.text == "Dear Anna Bell,\nsee the shop (https://x.test/?a=1&b=2)\n\nBye\n"
    assert "mj-text" not in letter.html


def test_a_letter_fetches_nothing_from_anywhere() -> None:
    letter = preview("Hello", mjml('<mj-text font-family="Ubuntu">Hi</mj-text>'))
    assert "fonts.googleapis" not in letter.html


def test_a_customers_name_is_never_markup() -> None:
    values = example_values()
    values["customer"] = {**values["customer"], "first_name": '</mj-text><script>x</script>{{ 7 }}"'}
    inner = '<mj-text><a href="https://x.test/{{ customer.first_name }}">{{ customer.first_name }}</a></mj-text>'
    for body in (mjml(inner), "Dear {{ customer.first_name }}"):
        letter = preview("Hello", body, values)
        assert "<script" not in letter.html
        assert "&lt;script&gt;" in letter.html
        assert "{{ 7 }}" in letter.text


def test_a_subject_is_one_line_whatever_the_customer_is_called() -> None:
    values = example_values()
    values["customer"] = {**values["customer"], "first_name": "Anna\r\nBcc: eve@example.test"}
    assert preview("For {{ customer.first_name }}", "x", values).subject == "For Anna Bcc: eve@example.test"


def test_conditions_and_filters_can_be_used() -> None:
    body = "{% if bonuses %}Yes{% elif balance %}Some{% else %}No{% endif %} {{ customer.first_name | upper }}"
    assert preview("x", body).text == "Yes ANNA\n"
    named = '{{ customer.last_name or "friend" }}{{ organisation.name if balance == "0" else "" }}'
    assert preview("x", named).text == "Bell\n"


def test_every_variable_can_be_used() -> None:
    for name in VARIABLES:
        assert messages(f"{{{{ {name} }}}}", f"{{{{ {name} }}}}") == []


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("{{ customer.nam }}", "x", "subject: There is no customer.nam. Did you mean customer.name?"),
        ("x", "a\nb\n{{ bonus }}", "body: Line 3: There is no bonus. Did you mean bonuses?"),
        ("x", "{{ name }}", "body: There is no name. Did you mean customer.name?"),
        ("x", "{{ customer }}", "body: customer has parts. Write one of: customer.first_name, customer.last_name, "),
        ("x", "{{ bonuses | safe }}", "body: There is no filter safe. There are: capitalize, default, "),
        ("x", "{% if bonuses %}", "body: Line 1: "),
        ("", "x", "subject: Write a subject"),
        ("a\nb", "x", "subject: Write the subject in one line"),
        ("a\u2028b", "x", "subject: Write the subject in one line"),
        ("x", "  ", "body: Write the letter"),
        ("x" * 301, "x", "subject: Write at most 300 characters, not 301"),
        ("x", "x" * 100_001, "body: Write at most 100000 characters, not 100001"),
        ("x", "\0", "body: Take out the NUL character"),
        ("x", mjml("<mj-txet>Hi</mj-txet>"), "body: Line 1: there is no <mj-txet>. Did you mean <mj-text>?"),
        ("x", mjml("<mj-text>1 < 2</mj-text>"), "body: Line 1: this “<” does not open a tag. Write &lt;"),
        ("x", mjml("<mj-text><b>open</mj-text>"), "body: The MJML is not right: "),
        ("x", mjml('<mj-include path="/etc/passwd" />'), "body: Line 1: <mj-include> cannot be used in a letter"),
        ("x", mjml("{% if not bonuses %}<mj-bad />{% endif %}"), "body: Line 1: there is no <mj-bad>."),
    ],
)
def test_a_problem_names_its_place_and_the_remedy(subject: str, body: str, expected: str) -> None:
    assert any(message.startswith(expected) for message in messages(subject, body)), messages(subject, body)


ATTACKS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ customer.__init__.__globals__ }}",
    "{{ customer.first_name.__class__ }}",
    "{{ customer['first_name'] }}",
    "{{ customer.first_name.format(customer) }}",
    "{{ 10**30000000 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ bonuses ~ bonuses }}",
    "{% for a in range(1000000000) %}x{% endfor %}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% set a = 1 %}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{{ self }}",
    "{{ lipsum(1000) }}",
    "{{ cycler }}",
    "{{ bonuses | attr('__class__') }}",
    "{{ bonuses | center(100000000) }}",
    "{{ [bonuses] }}",
    "{{ bonuses is defined }}",
    "{% autoescape false %}x{% endautoescape %}",
    "{{ " + "(" * 10_000,
    "{{ " + "9" * 5_000 + " }}",
    "{{ bonuses" + " | upper" * 5_000 + " }}",
    "{{ bonuses" + " or bonuses" * 5_000 + " }}",
    "{% if bonuses %}" * 200 + "{% endif %}" * 200,
    "{% if bonuses %}" + "{% elif bonuses %}" * 4_000 + "{% endif %}",
]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack[:50])
def test_an_attack_is_refused_at_once(attack: str) -> None:
    started = time.monotonic()
    assert messages(attack[:300], attack)
    assert time.monotonic() - started < 2
    with pytest.raises(BadLetter):
        compile_letter("x", attack)


@pytest.mark.parametrize(
    "deep",
    [
        mjml("<mj-text>" + "<b>" * 20_000 + "</b>" * 20_000 + "</mj-text>"),
        "<mjml><mj-body>" + "<mj-wrapper>" * 3_000,
        mjml("<mj-text>" + "<b><!-- </b> -->" * 5_000 + "</mj-text>"),
        mjml("<mj-text>" + '<b a="</b>">' * 5_000 + "</mj-text>"),
        mjml("<mj-text>" + "<b><![CDATA[</b>]]>" * 5_000 + "</mj-text>"),
    ],
)
def test_markup_that_would_overflow_the_converter_never_reaches_it(deep: str) -> None:
    with pytest.raises(BadMarkup):
        html_of(deep)


def test_a_letter_that_grows_beyond_the_limit_is_refused() -> None:
    values: dict[str, Any] = {**example_values(), "burns_on": "x" * 1_000}
    with pytest.raises(BadLetter, match="longer than"):
        preview("x", "{{ burns_on }}" * 600, values)
