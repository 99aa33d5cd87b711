// How an estimate is written: no finer than it is known, with the sign that says so.
import { whole } from '../format';

/** 12 437 that may be off by 310 is about 12 400. */
export function rounded(count: number, margin: number): number {
  const step = margin < 1 ? 1 : 10 ** Math.floor(Math.log10(margin));
  return Math.round(count / step) * step;
}

/** "12 437" where it is exact (no margin), else "≈ 12 400". */
export const about = (count: number, margin: number | null): string =>
  margin === null || margin === 0 ? whole(count) : `≈\u00a0${whole(rounded(count, margin))}`;
