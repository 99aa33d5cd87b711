"""Whether the things that a tree names by their ids are there."""

from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from segmenter.trees import Tree, leaves
from segmenter.values import References


def check_named(session: Session, tree: Tree) -> None:
    """Raise Refused at the first place of a tree, such as "all.0.value", that names what is not there.

    Goods and kinds of event are named by words, and may be told before there are any.
    """
    for leaf in leaves(tree):
        for place, value, named in leaf.places:
            if isinstance(value, References) and not set(named) <= value.named(session, named).keys():
                raise Refused(f"{leaf.path}.{place}".lstrip("."), gettext("Choose from the list: this is not there"))
