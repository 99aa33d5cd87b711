"""What tests stand on: real servers and a real browser, found on the machine or brought along."""
