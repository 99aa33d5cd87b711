"""The ways by which messages leave: one small interface, one file each."""
