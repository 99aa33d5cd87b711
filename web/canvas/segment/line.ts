// The points of a line over days, in a box: as wide as the days lie apart, from 0 at the bottom to the most at the top.
import type { Size } from '../api';

const EDGE = 4;
const DAY_MS = 86_400_000;

/** "4,50.2 280,4": one point a day that was counted. */
export function line(sizes: readonly Size[], width: number, height: number): string {
  const days = sizes.map((size) => Date.parse(size.day) / DAY_MS);
  const [from, to] = [days[0] ?? 0, days.at(-1) ?? 0];
  const most = Math.max(1, ...sizes.map((size) => size.count));
  const place = (value: number, whole: number, box: number) => EDGE + ((box - 2 * EDGE) * value) / whole;
  return sizes
    .map(({ count }, index) => {
      const x = from === to ? width - EDGE : place((days[index] ?? 0) - from, to - from, width);
      return `${Math.round(x * 10) / 10},${Math.round((height - place(count, most, height)) * 10) / 10}`;
    })
    .join(' ');
}
