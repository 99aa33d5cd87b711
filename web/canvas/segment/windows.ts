// The ways to write a window, as the list of periods offers them.
import { t, tn } from '../i18n';
import type { Unit, Window } from './types';

/** Which windows: those that look back or ahead, any of a day, or those that an anniversary can fall in. */
export type Offer = 'back' | 'ahead' | 'day' | 'anniversary';
export type Way = { key: string; title: string };
export type WayGroup = { group: string; ways: Way[] };

const USUAL_LAST = [30, 90, 365];
const USUAL_NEXT = [0, 7, 30];
const UNITS: readonly Unit[] = ['day', 'week', 'month', 'quarter', 'year'];

export function offered(offer: Offer): WayGroup[] {
  const [back, ahead] = [offer !== 'ahead', offer !== 'back'];
  const moving = [
    ...(back ? USUAL_LAST.map((n) => ({ key: `last ${n}`, title: tn('last {n} day', 'last {n} days', n) })) : []),
    ...(back ? [{ key: 'last', title: t('last …') }] : []),
    ...(ahead ? USUAL_NEXT.map((n) => ({ key: `next ${n}`, title: nextTitle(n) })) : []),
    ...(ahead ? [{ key: 'next', title: t('within … days') }] : []),
  ];
  const names = periods();
  const calendar = (['this', 'previous', 'next'] as const)
    .filter((which) => (which === 'previous' ? back : which === 'next' ? ahead : true))
    .flatMap((which) => UNITS.map((unit) => ({ key: `${which} ${unit}`, title: names[which][unit] })))
    // Days to come begin with today, which stands there already.
    .filter(({ key }) => !(ahead && key === 'this day'));
  const dates = [
    { key: 'dates', title: t('between dates') },
    { key: 'since', title: t('since a date') },
    { key: 'until', title: t('until a date') },
  ];
  return [
    { group: t('Moves on with today'), ways: moving },
    { group: t('Calendar'), ways: calendar },
    ...(offer === 'anniversary' ? [] : [{ group: t('Dates'), ways: dates }]),
  ];
}

const nextTitle = (n: number) => (n === 0 ? t('today') : tn('within {n} day', 'within {n} days', n));

const periods = (): Record<'this' | 'previous' | 'next', Record<Unit, string>> => ({
  this: {
    day: t('today'),
    week: t('this week'),
    month: t('this month'),
    quarter: t('this quarter'),
    year: t('this year'),
  },
  previous: {
    day: t('yesterday'),
    week: t('previous week'),
    month: t('previous month'),
    quarter: t('previous quarter'),
    year: t('previous year'),
  },
  next: {
    day: t('tomorrow'),
    week: t('next week'),
    month: t('next month'),
    quarter: t('next quarter'),
    year: t('next year'),
  },
});

/** Which entry of the list a window is; `other`: the number is being typed. */
export function wayOf(window: Window | undefined, other: boolean): string {
  if (!window) return '';
  if ('next_days' in window)
    return other || !USUAL_NEXT.includes(window.next_days) ? 'next' : `next ${window.next_days}`;
  if ('last_days' in window)
    return other || !USUAL_LAST.includes(window.last_days) ? 'last' : `last ${window.last_days}`;
  if ('last_weeks' in window || 'last_months' in window) return 'last';
  for (const which of ['this', 'previous', 'next'] as const)
    if (which in window) return `${which} ${(window as Record<string, Unit>)[which]}`;
  return 'from' in window && 'to' in window ? 'dates' : 'from' in window ? 'since' : 'until';
}

/** The window of an entry of the list; what fits of the old one is kept. */
export function windowOf(key: string, old: Window | undefined, today = new Date()): Window | undefined {
  const [year, day] = [today.getFullYear(), today.toLocaleDateString('en-CA')];
  const [which, what] = key.split(' ');
  switch (key) {
    case '':
      return undefined;
    case 'last':
      return old && ('last_days' in old || 'last_weeks' in old || 'last_months' in old) ? old : { last_days: 365 };
    case 'next':
      return old && 'next_days' in old ? old : { next_days: 14 };
    case 'dates':
      return { from: `${year}-01-01`, to: `${year}-12-31` };
    case 'since':
      return { from: old && 'from' in old && old.from ? old.from : day };
    case 'until':
      return { to: old && 'to' in old && old.to ? old.to : day };
  }
  if (which === 'last') return { last_days: Number(what) };
  if (which === 'next' && what !== undefined && /^\d+$/.test(what)) return { next_days: Number(what) };
  return { [which as 'this']: what as Unit };
}
