"""Loyalty programmes, their tiers, and the customer groups that follow them: the tables.

"Программы лояльности" of kilbil's page; "Бонусна програма", "Знижки" and "Групи клієнтів" of SkyService's.
"""

from datetime import time

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Time, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from loyalty_core.database import Base, BigId

KINDS = ("bonus", "discount", "both")
# Rates are in hundredths of a percent.
WHOLE = 10_000


class Tier(Base):
    """Percents for those whose purchases sum up to more than `above` (minor units); the first tier, 0, is everybody's.

    Rates are in hundredths of a percent. A sum of exactly `above` is not more: it stays a tier below.
    """

    __tablename__ = "programme_tier"
    __table_args__ = (
        CheckConstraint("above >= 0", name="above"),
        CheckConstraint("bonus_rate BETWEEN 0 AND 10000 AND discount_rate BETWEEN 0 AND 10000", name="rates"),
    )

    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id"), primary_key=True)
    above: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    bonus_rate: Mapped[int] = mapped_column(default=0)
    discount_rate: Mapped[int] = mapped_column(default=0)


class Referral(Base):
    """What a programme gives for friends who are invited; one row a programme, and none where nothing was set up.

    `gift_inviter` and `gift_invited` (minor units) are granted once, when the invited friend is activated. The rates,
    in hundredths of a percent, are of what money pays of each purchase: of a friend, a friend's friend, and theirs.
    """

    __tablename__ = "programme_referral"
    __table_args__ = (
        CheckConstraint("gift_inviter >= 0 AND gift_invited >= 0", name="gifts"),
        CheckConstraint(
            "rate_1 BETWEEN 0 AND 10000 AND rate_2 BETWEEN 0 AND 10000 AND rate_3 BETWEEN 0 AND 10000", name="rates"
        ),
    )

    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey("programme.id"), primary_key=True, autoincrement=False)
    gift_inviter: Mapped[int] = mapped_column(BigInteger, default=0)
    gift_invited: Mapped[int] = mapped_column(BigInteger, default=0)
    rate_1: Mapped[int] = mapped_column(default=0)
    rate_2: Mapped[int] = mapped_column(default=0)
    rate_3: Mapped[int] = mapped_column(default=0)

    @property
    def rates(self) -> tuple[int, int, int]:
        """Of the three levels, the nearest first."""
        return self.rate_1, self.rate_2, self.rate_3


class Programme(Base):
    """How purchases earn: `kind` is `bonus`, `discount` or `both`, the percents stand in its tiers.

    `payable_rate`: the share of a purchase that bonuses may pay, in hundredths of a percent. Earned bonuses become
    active `delay_days` spans of 24 hours after the purchase, and, with an `accrual_time`, at the first such local time
    from then on; they burn `lifetime_days` days later (None: never). `counts_current`: whether the purchase in hand is
    part of the sum that chooses its own tier. More than `shift_purchases_max` purchases within 24 hours from
    `shift_starts`, a local time, block the customer. Purchases within `visit_hours` of a visit's first one are one
    visit. `password_hash`: what a till must be told before a sale under it, hashed. Of one default at most; an archived
    one goes on for those who have it.
    """

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("kind IN ('bonus', 'discount', 'both')", name="kind"),
        CheckConstraint("payable_rate BETWEEN 0 AND 10000", name="payable_rate"),
        CheckConstraint("delay_days BETWEEN 0 AND 36500", name="delay_days"),
        CheckConstraint("accrual_time IS NULL OR delay_days > 0", name="accrual_time"),
        CheckConstraint("lifetime_days BETWEEN 1 AND 36500", name="lifetime_days"),
        CheckConstraint("visit_hours BETWEEN 1 AND 8760", name="visit_hours"),
        CheckConstraint("NOT (is_default AND archived)", name="default_in_use"),
        CheckConstraint(
            "(shift_purchases_max IS NULL) = (shift_starts IS NULL)"
            " AND (shift_purchases_max IS NULL OR shift_purchases_max > 0)",
            name="shift",
        ),
        Index(
            "ix_programme_default",
            "is_default",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[str] = mapped_column(String(10), default="bonus")
    payable_rate: Mapped[int] = mapped_column(default=WHOLE)
    delay_days: Mapped[int] = mapped_column(default=0)
    accrual_time: Mapped[time | None] = mapped_column(Time)
    lifetime_days: Mapped[int | None]
    counts_current: Mapped[bool] = mapped_column(default=False)
    is_default: Mapped[bool] = mapped_column(default=False)
    archived: Mapped[bool] = mapped_column(default=False)
    shift_starts: Mapped[time | None] = mapped_column(Time)
    shift_purchases_max: Mapped[int | None]
    visit_hours: Mapped[int | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    tiers: Mapped[list[Tier]] = relationship(order_by=Tier.above, lazy="selectin", cascade="all, delete-orphan")
    # Read with the programme, so that a till asks nothing more.
    referral: Mapped[Referral | None] = relationship(lazy="joined")

    @property
    def has_password(self) -> bool:
        """Whether a till is asked for a password."""
        return self.password_hash is not None

    def tier_of(self, purchase_sum: int) -> Tier:
        """The tier of a sum of purchases in minor units: strictly more than its threshold moves up."""
        return next((tier for tier in reversed(self.tiers) if purchase_sum > tier.above), self.tiers[0])


class CustomerGroup(Base):
    """Customers who follow one programme, or (None) none. One at most is the default at registration."""

    __tablename__ = "customer_group"
    __table_args__ = (
        Index(
            "ix_customer_group_default",
            "is_default",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(String(500), default="")
    programme_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("programme.id"))
    is_default: Mapped[bool] = mapped_column(default=False)
    programme: Mapped[Programme | None] = relationship(lazy="joined")

    @property
    def kind(self) -> str:
        """`bonus`, `discount`, `both`, or `none` where no programme applies."""
        return self.programme.kind if self.programme else "none"
