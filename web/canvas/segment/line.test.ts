import { describe, expect, it } from 'vitest';
import { line } from './line';

const size = (day: string, count: number) => ({ day, count });

describe('the line of sizes', () => {
  it('spans the box from nothing to the most, days that were not counted leave their room', () => {
    expect(line([size('2026-11-01', 0), size('2026-11-02', 5), size('2026-11-05', 10)], 108, 28)).toBe(
      '4,24 29,14 104,4',
    );
  });

  it('is a point at the right for one day, and stands on the ground where nobody ever was', () => {
    expect(line([size('2026-11-01', 3)], 108, 28)).toBe('104,4');
    expect(line([size('2026-11-01', 0)], 108, 28)).toBe('104,24');
    expect(line([], 108, 28)).toBe('');
  });
});
