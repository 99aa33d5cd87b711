"""What stands out in a sentence: the values of its conditions, and the words that join them.

Clauses are put together by translations, which may turn their order about, so marks travel inside the text until the
sentence is whole. They are control signs; where a name brings such a sign with it, no more than its weight is wrong.
"""

import re
from typing import Literal, NamedTuple

VALUE, JOINT, END = "\x02", "\x03", "\x04"
_KINDS: dict[str, Literal["value", "joint"]] = {VALUE: "value", JOINT: "joint"}


class Part(NamedTuple):
    """A stretch of a sentence: plain, a value of a condition, or a word that joins."""

    text: str
    kind: Literal["plain", "value", "joint"]


def value(text: str) -> str:
    """Mark a value."""
    return f"{VALUE}{text}{END}"


def joint(text: str) -> str:
    """Mark a word that joins; spaces and commas around it belong to it."""
    return f"{JOINT}{text}{END}"


def plain(text: str) -> str:
    """The text without marks."""
    return "".join(part.text for part in parts(text))


def parts(text: str) -> list[Part]:
    """The stretches of a marked text, none empty; a mark inside another one changes nothing."""
    found: list[Part] = []
    kind: Literal["plain", "value", "joint"] = "plain"
    depth = 0
    for piece in re.split(f"([{VALUE}{JOINT}{END}])", text):
        if piece in _KINDS:
            depth += 1
            kind = _KINDS[piece] if depth == 1 else kind
        elif piece == END:
            depth = max(depth - 1, 0)
            kind = kind if depth else "plain"
        elif found and piece and found[-1].kind == kind:
            found[-1] = Part(found[-1].text + piece, kind)
        elif piece:
            found.append(Part(piece, kind))
    return found
