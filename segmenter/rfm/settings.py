"""The settings of RFM: the default ones and others by name; the next calculation goes by what they are then."""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from loyalty_core.database import insert_into
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext
from segmenter.rfm.default_segments import DEFAULT_SEGMENTS
from segmenter.rfm.rows import CONVENTIONS, MEASURES, NAME_MAX, RfmSegment, RfmSettings
from segmenter.segments import segment
from segmenter.trees import leaves, read
from segmenter.window_reading import read_window
from segmenter.windows import Dates

DESCRIPTION_MAX = 300
SEGMENTS_MAX = 50
SETTINGS_MAX = 20  # each is calculated every night
DEFAULT_NAME = "RFM"
DEFAULT_PERIOD = {"last_days": 365}
# The ways to write a period that the form of the settings shows.
PERIODS = ("last_days", "this", "previous", "from", "to")

Range = tuple[int, int]


@dataclass(frozen=True)
class SegmentData:
    """A rule as somebody writes it: inclusive ranges of scores; `id` where it is one that there is already."""

    name: str
    r: Range
    f: Range
    m: Range
    description: str = ""
    id: int | None = None


@dataclass(frozen=True)
class SettingsData:
    """What somebody wants calculated; `period` is a window (JSON), None for all time; `segment_id` None for all.

    An empty `name` leaves the name as it is.
    """

    period: dict[str, Any] | None
    convention: str
    segment_id: int | None
    segments: Sequence[SegmentData]
    name: str = ""


def default_settings(session: Session) -> RfmSettings | None:
    """The settings that conditions and pages go by; None where RFM has not been begun with."""
    return session.scalar(select(RfmSettings).where(RfmSettings.is_default))


def settings_of(session: Session, settings_id: int | None) -> RfmSettings | None:
    """The settings with this id, NotFound where there are none; without an id, the default ones, if there are any."""
    if settings_id is None:
        return default_settings(session)
    found = session.get(RfmSettings, settings_id)
    if found is None:
        raise NotFound("settings", gettext("There is no RFM calculation %(id)s", id=settings_id))
    return found


def all_settings(session: Session) -> Sequence[RfmSettings]:
    """All of them, the default ones first, the others by name."""
    return session.scalars(select(RfmSettings).order_by(RfmSettings.is_default.desc(), RfmSettings.name)).all()


def data_of(session: Session, settings: RfmSettings | None) -> SettingsData:
    """Settings as they can be changed and handed back; the usual ones where there are none yet."""
    if settings is None:
        usual = [
            SegmentData(str(each.name), each.r, each.f, each.m, str(each.description)) for each in DEFAULT_SEGMENTS
        ]
        return SettingsData(DEFAULT_PERIOD, "breaks", None, usual, DEFAULT_NAME)
    rules = [
        SegmentData(rule.name, rule.r, rule.f, rule.m, rule.description, rule.id)
        for rule in rules_of(session, settings.id)
    ]
    return SettingsData(settings.period, settings.convention, settings.segment_id, rules, settings.name)


def rules_of(session: Session, settings_id: int) -> Sequence[RfmSegment]:
    """The segments in the order in which they are tried."""
    wanted = select(RfmSegment).where(RfmSegment.settings_id == settings_id)
    return session.scalars(wanted.order_by(RfmSegment.place)).all()


def change(session: Session, data: SettingsData, settings_id: int | None = None) -> RfmSettings:
    """Make the settings with this id, or the default ones, these. Refused names the place (`segments.2.r`), Conflict a
    name that is taken; NotFound: there are no such settings.

    A segment that is named by its id stays the one that conditions ask for, under its new name too.
    """
    checked = check(session, data)
    settings = begun(session) if settings_id is None else locked(session, settings_id)
    if data.name:
        with _name_is_free(session, clean_name(data.name)) as name:
            settings.name = name
    settings.period, settings.convention, settings.segment_id = data.period, data.convention, data.segment_id
    settings.revision += 1
    _write_rules(session, settings.id, checked)
    return settings


def create(session: Session, data: SettingsData) -> RfmSettings:
    """Settings beside the default ones, with rules of their own; errors as in `change`."""
    begun(session)
    name = clean_name(data.name)
    rules = [replace(rule, id=None) for rule in check(session, data)]
    if len(all_settings(session)) >= SETTINGS_MAX:
        raise Refused("name", gettext("There can be at most %(most)s calculations", most=SETTINGS_MAX))
    values = {"period": data.period, "convention": data.convention, "segment_id": data.segment_id}
    new = RfmSettings(name=name, is_default=False, revision=1, **values)
    with _name_is_free(session, name):
        session.add(new)
    _write_rules(session, new.id, rules)
    return new


def clean_name(text: str) -> str:
    """The name of a calculation with single spaces; Refused where it is none."""
    name = _words(text)
    if not 1 <= len(name) <= NAME_MAX:
        raise Refused("name", gettext("Write a name of 1 to %(most)s characters", most=NAME_MAX))
    return name


@contextmanager
def _name_is_free(session: Session, name: str) -> Iterator[str]:
    # The constraint decides, so that two people who save one name at once cannot both succeed.
    try:
        with session.begin_nested():
            yield name
    except IntegrityError:
        taken = gettext("There is a calculation “%(name)s” already: choose another name", name=name)
        raise Conflict("name", taken) from None


def make_default(session: Session, settings_id: int) -> RfmSettings:
    """Let conditions that name no calculation ask this one from now on; NotFound. Scores stay as they are."""
    # All in the order of their numbers, so that two who choose at once do not wait for each other.
    every = select(RfmSettings).order_by(RfmSettings.id).with_for_update()
    found = {each.id: each for each in session.scalars(every.execution_options(populate_existing=True))}
    settings_of(session, settings_id)
    # One after the other: at no moment there are two.
    for each in found.values():
        each.is_default = False
    session.flush()
    found[settings_id].is_default = True
    session.flush()
    return found[settings_id]


def locked(session: Session, settings_id: int) -> RfmSettings:
    """The settings with this id, held by this transaction; NotFound."""
    settings_of(session, settings_id)
    wanted = select(RfmSettings).where(RfmSettings.id == settings_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def begun(session: Session) -> RfmSettings:
    """The default settings, locked by this transaction; where there are none yet, the usual ones are written."""
    wanted = select(RfmSettings).where(RfmSettings.is_default).with_for_update()
    found = session.scalar(wanted)
    if found is not None:
        return found
    usual = data_of(session, None)
    values = {"name": DEFAULT_NAME, "is_default": True, "revision": 1}
    first = insert_into(session, RfmSettings).values(**values, period=usual.period, convention=usual.convention)
    # Of two who begin at once, one finds the other's.
    mine = session.execute(first.on_conflict_do_nothing().returning(RfmSettings.id)).one_or_none()
    settings = session.scalars(wanted).one()
    if mine is not None:
        _write_rules(session, settings.id, usual.segments)
    return settings


def _write_rules(session: Session, settings_id: int, rules: Sequence[SegmentData]) -> None:
    kept = {rule.id: rule for rule in rules_of(session, settings_id)}
    unknown = [place for place, rule in enumerate(rules) if rule.id is not None and rule.id not in kept]
    if unknown:
        raise Refused(f"segments.{unknown[0]}.id", gettext("There is no such segment: leave the id out for a new one"))
    gone = set(kept) - {rule.id for rule in rules}
    for rule_id in gone:
        session.delete(kept.pop(rule_id))
    session.flush()
    # Names are unique at every moment, also while two are being exchanged.
    passing = literal(" ").concat(cast(RfmSegment.id, String))
    session.execute(
        update(RfmSegment)
        .where(RfmSegment.settings_id == settings_id)
        .values(name=passing)
        .execution_options(synchronize_session=False)
    )
    for row in kept.values():
        session.expire(row)
    for place, rule in enumerate(rules):
        row = kept[rule.id] if rule.id is not None else RfmSegment(settings_id=settings_id)
        row.place, row.name, row.description = place, rule.name, rule.description
        (row.r_from, row.r_to), (row.f_from, row.f_to), (row.m_from, row.m_to) = rule.r, rule.f, rule.m
        session.add(row)
    session.flush()


def check(session: Session, data: SettingsData) -> list[SegmentData]:
    """The rules with clean words; Refused for anything in the settings that cannot be."""
    if data.period is not None:
        _check_period(data.period)
    if data.convention not in CONVENTIONS:
        raise Refused("convention", gettext("Choose one of: %(choices)s", choices=", ".join(CONVENTIONS)))
    if data.segment_id is not None:
        _check_base(session, data.segment_id)
    if not 1 <= len(data.segments) <= SEGMENTS_MAX:
        raise Refused("segments", gettext("Write from 1 to %(most)s segments", most=SEGMENTS_MAX))
    rules = [_rule(f"segments.{place}", rule) for place, rule in enumerate(data.segments)]
    for attribute, message in (
        ("name", gettext("There is a segment of this name already: choose another name")),
        ("id", gettext("This segment is named twice")),
    ):
        seen: set[Any] = {None}
        for place, rule in enumerate(rules):
            value = getattr(rule, attribute)
            if value is not None and value in seen:
                raise Refused(f"segments.{place}.{attribute}", message)
            seen.add(value)
    return rules


def _check_period(period: Any) -> None:
    window = read_window(period, "period", PERIODS)
    if isinstance(window, Dates) and (window.first is None or window.last is None):
        raise Refused("period", gettext("Write both from and to"))


def _check_base(session: Session, segment_id: int) -> None:
    try:
        tree = segment(session, segment_id).tree
    except NotFound as missing:
        raise Refused("segment", missing.message) from None
    if any(leaf.condition.key.startswith("rfm_") for leaf in leaves(read(tree))):
        raise Refused("segment", gettext("Choose one that does not ask for RFM itself"))


def _rule(where: str, rule: SegmentData) -> SegmentData:
    name, description = _words(rule.name), _words(rule.description)
    if not 1 <= len(name) <= NAME_MAX:
        raise Refused(f"{where}.name", gettext("Write a name of 1 to %(most)s characters", most=NAME_MAX))
    if len(description) > DESCRIPTION_MAX:
        raise Refused(f"{where}.description", gettext("Write at most %(most)s characters", most=DESCRIPTION_MAX))
    for measure in MEASURES:
        low, high = getattr(rule, measure)
        if not 1 <= low <= high <= 5:
            raise Refused(f"{where}.{measure}", gettext("Write scores from 1 to 5, the smaller first"))
    return SegmentData(name, rule.r, rule.f, rule.m, description, rule.id)


def _words(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(sign) in ("Cs", "Cc") else sign for sign in text).split())
