"""What stands out in a sentence."""

import pytest
from sqlalchemy.orm import Session

from segmenter.emphasis import Part, joint, parts, plain, value
from segmenter.sentences import sentence, sentence_parts, short
from tests.segmenter.people import settle

TREE = {
    "all": [
        {"condition": "purchase_count", "op": "ge", "value": 10, "within": {"last_days": 365}},
        {"any": [{"condition": "sex", "op": "is", "value": "female"}, {"condition": "age", "op": "le", "value": 30}]},
        {"none": [{"condition": "status", "op": "is", "value": "blocked"}]},
    ]
}


def test_values_and_joining_words_stand_out_and_together_the_parts_are_the_sentence(session: Session) -> None:
    settle(session, [])
    found = sentence_parts(session, TREE)
    assert "".join(part.text for part in found) == sentence(session, TREE)
    assert [part.text for part in found if part.kind == "value"] == ["10 or more", "at most 30"]
    joints = [part.text.strip(" ,") for part in found if part.kind == "joint"]
    assert joints == ["and either", "or", "without"]


def test_a_line_on_the_canvas_carries_no_marks(session: Session) -> None:
    settle(session, [])
    assert short(session, {"any": TREE["all"]}).isprintable()


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("", []),
        ("all", [Part("all", "plain")]),
        (value("from " + value("1") + " to 2") + " x", [Part("from 1 to 2", "value"), Part(" x", "plain")]),
        (joint(" and "), [Part(" and ", "joint")]),
        ("a\x04\x04b", [Part("ab", "plain")]),
        (value("never \x02 closed"), [Part("never  closed", "value")]),
    ],
)
def test_marks_that_names_bring_with_them_break_nothing(marked: str, expected: list[Part]) -> None:
    assert parts(marked) == expected
    assert plain(marked) == "".join(part.text for part in expected)
