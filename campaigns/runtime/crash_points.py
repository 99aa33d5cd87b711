"""Named places where a test makes the process die, as `kill -9` would: CATENA_CRASH_AT=before_commit."""

import os
import signal


def crash_point(name: str) -> None:
    """Die here, if the environment says so."""
    if os.environ.get("CATENA_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
