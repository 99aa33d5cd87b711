"""The options that say where the pages are served."""

import click

from web.processes import ports

host = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port = click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port of the pages; 0 takes a free one.",
)


def checked(host: str, port: int) -> int:
    """The port to listen on, found free."""
    if port == 0:
        return ports.some_free(host)
    if not ports.is_free(host, port):
        raise click.ClickException(f"port {port} is taken: choose another with --port.")
    return port


def url(host: str, port: int) -> str:
    """Where a browser on this machine finds the pages."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{name}:{port}"
