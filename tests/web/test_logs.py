"""What the logs hold, and what they never hold."""

import pytest
import structlog

from web.logs import set_up_logs


def test_a_traceback_tells_the_place_and_no_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    password = "open-sesame"
    try:
        raise ValueError(f"{len(password)} letters are no password")
    except ValueError:
        structlog.get_logger().exception("mail.trouble")
    said = capsys.readouterr().out
    assert "mail.trouble" in said
    assert "11 letters" in said
    assert "open-sesame" not in said
