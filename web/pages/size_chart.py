"""The tiny line of a segment's size in the list: the points of an SVG polyline."""

from collections.abc import Sequence

from segmenter.rows import SegmentSize

WIDTH, HEIGHT, EDGE = 96, 24, 2


def line(sizes: Sequence[SegmentSize]) -> str:
    """ "2.0,22.0 94.0,2.0": as wide as the days lie apart, from 0 at the bottom to the most at the top."""
    first, last = sizes[0].day, sizes[-1].day
    most = max(1, *(size.count or 0 for size in sizes), 1)
    width, height = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    days = (last - first).days
    points = (
        (width * (size.day - first).days / days if days else width, height - height * (size.count or 0) / most)
        for size in sizes
    )
    return " ".join(f"{EDGE + x:.1f},{EDGE + y:.1f}" for x, y in points)
