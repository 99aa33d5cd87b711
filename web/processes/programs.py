"""The programs of an installation: what each one is started with and when it is ready."""

import http.client
import socket
import sys
from pathlib import Path

import redis

from web.processes import valkey
from web.processes.supervisor import Program

PYTHON = (sys.executable, "-P", "-m")


def embedded_valkey(data: Path) -> Program:
    url = f"unix://{valkey.socket_path(data)}"

    def is_ready() -> bool:
        with redis.Redis.from_url(url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    return Program("valkey", valkey.command(data), is_ready)


def mail_catcher(port: int, letters: Path) -> Program:
    command = [*PYTHON, "web.mail_catcher", "--port", str(port), "--folder", str(letters)]
    return Program("mail catcher", command, lambda: _listens("127.0.0.1", port))


def web(host: str, port: int, processes: int) -> Program:
    """Gunicorn restarts its own processes; when it ends itself, something is wrong for good."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [*PYTHON, "gunicorn", "web.app:create_app()", "--bind", address, "--worker-class", "gthread"]
    command += ["--workers", str(processes), "--threads", "8", "--graceful-timeout", "5", "--log-level", "warning"]
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (asked for by the operator)
    return Program("web", command, lambda: _is_healthy(own, port), restarted=False)


def worker(number: int) -> Program:
    return Program(f"worker {number}", [*PYTHON, "web.cli", "worker"])


def clock() -> Program:
    return Program("clock", [*PYTHON, "web.cli", "clock"])


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
