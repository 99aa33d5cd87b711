"""A mail server for the demo: takes every letter and keeps it as a file instead of delivering it."""

import asyncio
import secrets
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

LETTER_SIZE_MAX = 32 * 2**20


class Catcher:
    """Writes each letter to `folder`, named by the moment at which it came; the envelope stands in X- headers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802 (its name in aiosmtpd)
        name = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S.%fZ}-{secrets.token_hex(3)}.eml"
        recipients = ", ".join(envelope.rcpt_tos)
        head = f"X-MailFrom: {envelope.mail_from}\r\nX-RcptTo: {recipients}\r\n".encode()
        content = envelope.content
        assert isinstance(content, bytes)
        # Renamed when whole: whoever lists the folder never meets half a letter.
        half = self._folder / f".{name}"
        half.write_bytes(head + content)
        half.rename(self._folder / name)
        return f"250 kept as {name}"


async def serve(port: int, folder: Path) -> None:
    """Listen on the loopback until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    catcher = Catcher(folder)

    def connection() -> Any:
        return SMTP(catcher, data_size_limit=LETTER_SIZE_MAX, enable_SMTPUTF8=True)

    server = await loop.create_server(connection, "127.0.0.1", port)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with server:
        await stop.wait()


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), required=True)
@click.option("--folder", type=click.Path(path_type=Path), required=True)
def main(port: int, folder: Path) -> None:
    """Keep every letter that comes to 127.0.0.1:PORT as a file in FOLDER."""
    asyncio.run(serve(port, folder))


if __name__ == "__main__":
    main()
