import { describe, expect, it } from 'vitest';
import { about, rounded } from './about';

describe('an estimate', () => {
  it('is written no finer than it is known', () => {
    expect(rounded(12_437, 310)).toBe(12_400);
    expect(rounded(12_437, 9)).toBe(12_437);
    expect(rounded(95, 100)).toBe(100);
    expect(rounded(0, 150)).toBe(0);
  });

  it('wears its sign until the exact count is there', () => {
    expect(about(12_437, 310)).toBe('≈\u00a012\u00a0400');
    expect(about(12_437, null)).toBe('12\u00a0437');
    expect(about(37, 0)).toBe('37');
  });
});
