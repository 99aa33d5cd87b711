"""The channels that there are, by name. A new one is a file of its own and a line here."""

from collections.abc import Callable

from campaigns.messages.channels.base import Channel
from campaigns.messages.channels.file import PushChannel, SmsChannel, TelegramChannel
from campaigns.messages.channels.smtp import SmtpChannel
from loyalty_core.settings import Settings

CHANNELS: dict[str, Callable[[Settings], Channel]] = {
    channel.name: channel for channel in (SmtpChannel, SmsChannel, PushChannel, TelegramChannel)
}
