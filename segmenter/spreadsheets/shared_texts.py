"""The shared strings of a workbook, kept as the bytes they are: a list of `str` would take three times as much."""

from array import array


class SharedTexts:
    """Strings by their place: one run of UTF-8 bytes, and where each ends."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("L", [0])

    def add(self, text: str) -> None:
        """Put a string behind the others."""
        self._bytes += text.encode("utf-8")
        self._ends.append(len(self._bytes))

    def at(self, place: str) -> str:
        """The string at a place as cells write it; empty where there is none."""
        if not place.isascii() or not place.isdigit() or len(place) > 9 or int(place) + 1 >= len(self._ends):
            return ""
        start, end = self._ends[int(place)], self._ends[int(place) + 1]
        return self._bytes[start:end].decode("utf-8")
