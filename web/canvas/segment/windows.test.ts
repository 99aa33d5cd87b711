import { describe, expect, it } from 'vitest';
import type { Window } from './types';
import { offered, wayOf, windowOf } from './windows';

const TODAY = new Date(2026, 10, 21);

describe('the list of periods', () => {
  it('holds every window that it makes', () => {
    for (const offer of ['back', 'ahead', 'day', 'anniversary'] as const)
      for (const { key } of offered(offer).flatMap(({ ways }) => ways)) {
        const typed = key === 'last' || key === 'next';
        expect(wayOf(windowOf(key, undefined, TODAY), typed)).toBe(key);
      }
  });

  it('shows what programs wrote', () => {
    const written: [Window | undefined, string][] = [
      [undefined, ''],
      [{ last_days: 31 }, 'last'],
      [{ last_weeks: 2 }, 'last'],
      [{ last_months: 3 }, 'last'],
      [{ last_days: 365 }, 'last 365'],
      [{ next_days: 0 }, 'next 0'],
      [{ next_days: 5 }, 'next'],
      [{ next: 'quarter' }, 'next quarter'],
      [{ from: '2026-01-01', to: '2026-01-31' }, 'dates'],
      [{ from: '2026-01-01' }, 'since'],
      [{ to: '2026-01-01' }, 'until'],
    ];
    for (const [window, key] of written) expect(wayOf(window, false)).toBe(key);
  });

  it('keeps what fits of the window before', () => {
    expect(windowOf('last', { last_months: 3 }, TODAY)).toEqual({ last_months: 3 });
    expect(windowOf('since', { from: '2025-05-01', to: '2025-06-01' }, TODAY)).toEqual({ from: '2025-05-01' });
    expect(windowOf('until', undefined, TODAY)).toEqual({ to: '2026-11-21' });
  });

  it('offers an anniversary no dates, and days to come none that are over', () => {
    const keys = (offer: 'ahead' | 'anniversary') => offered(offer).flatMap(({ ways }) => ways.map(({ key }) => key));
    expect(keys('anniversary')).not.toContain('dates');
    expect(keys('ahead').filter((key) => key.startsWith('previous') || key.startsWith('last'))).toEqual([]);
  });
});
