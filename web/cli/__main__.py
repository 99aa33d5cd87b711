"""`python -m web.cli` is the command `catena`."""

from web.cli import main

main()
