// The window of a condition: all time, the last so many days, a stretch of the calendar, dates; or the days to come.
import { useState } from 'react';
import { t, tn } from '../i18n';
import { NumberField } from '../ui/NumberField';
import type { Window } from './types';

const USUAL_DAYS = [30, 90, 365];
const USUAL_DAYS_AHEAD = [0, 7, 30];

const periods = (): { key: string; title: string; window: Window }[] => [
  { key: 'this day', title: t('today'), window: { this: 'day' } },
  { key: 'previous day', title: t('yesterday'), window: { previous: 'day' } },
  { key: 'this week', title: t('this week'), window: { this: 'week' } },
  { key: 'previous week', title: t('previous week'), window: { previous: 'week' } },
  { key: 'this month', title: t('this month'), window: { this: 'month' } },
  { key: 'previous month', title: t('previous month'), window: { previous: 'month' } },
  { key: 'this year', title: t('this year'), window: { this: 'year' } },
  { key: 'previous year', title: t('previous year'), window: { previous: 'year' } },
];

type Props = { window: Window | undefined; ahead: boolean; onChange: (window: Window | undefined) => void };

export function WindowField(props: Props) {
  return props.ahead ? <AheadField {...props} /> : <BackField {...props} />;
}

function BackField({ window, onChange }: Props) {
  const [other, setOther] = useState(false);
  const kind = kindOf(window, other);

  function choose(key: string): void {
    setOther(key === 'days');
    const period = periods().find((each) => each.key === key);
    if (key === 'all') onChange(undefined);
    else if (period) onChange(period.window);
    else if (key === 'days') onChange(window && 'last_days' in window ? window : { last_days: 365 });
    else if (key === 'dates') onChange(thisYear());
    else onChange({ last_days: Number(key) });
  }

  return (
    <span className="row-flex cv-window">
      <select
        className="form-select field-quiet cv-when"
        aria-label={t('Period')}
        value={kind}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="all">{t('all time')}</option>
        {USUAL_DAYS.map((days) => (
          <option key={days} value={days}>
            {tn('last {n} day', 'last {n} days', days)}
          </option>
        ))}
        <option value="days">{t('last … days')}</option>
        {periods().map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
        <option value="dates">{t('between dates')}</option>
      </select>
      {kind === 'days' && window && 'last_days' in window && (
        <DaysField value={window.last_days || null} onChange={(days) => onChange({ last_days: days })} />
      )}
      {window && 'from' in window && (
        <>
          <DateField label={t('From')} value={window.from} onChange={(from) => onChange({ ...window, from })} />
          <DateField label={t('To')} value={window.to} onChange={(to) => onChange({ ...window, to })} />
        </>
      )}
    </span>
  );
}

function AheadField({ window, onChange }: Props) {
  const days = window && 'next_days' in window ? window.next_days : null;
  const [other, setOther] = useState(days !== null && !USUAL_DAYS_AHEAD.includes(days));

  function choose(key: string): void {
    setOther(key === 'days');
    if (key === 'ever') onChange(undefined);
    else onChange({ next_days: key === 'days' ? (days ?? 14) : Number(key) });
  }

  return (
    <span className="row-flex cv-window">
      <select
        className="form-select field-quiet cv-when"
        aria-label={t('Period')}
        value={other ? 'days' : (days ?? 'ever')}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="ever">{t('at any time')}</option>
        {USUAL_DAYS_AHEAD.map((each) => (
          <option key={each} value={each}>
            {each === 0 ? t('today') : tn('within {n} day', 'within {n} days', each)}
          </option>
        ))}
        <option value="days">{t('within … days')}</option>
      </select>
      {other && days !== null && <DaysField value={days} onChange={(next_days) => onChange({ next_days })} />}
    </span>
  );
}

function kindOf(window: Window | undefined, other: boolean): string {
  if (!window) return 'all';
  if ('from' in window) return 'dates';
  if ('this' in window) return `this ${window.this}`;
  if ('previous' in window) return `previous ${window.previous}`;
  if (!('last_days' in window)) return 'all';
  return other || !USUAL_DAYS.includes(window.last_days) ? 'days' : String(window.last_days);
}

function thisYear(): Window {
  const year = new Date().getFullYear();
  return { from: `${year}-01-01`, to: `${year}-12-31` };
}

type DaysProps = { value: number | null; onChange: (days: number) => void };

function DaysField({ value, onChange }: DaysProps) {
  return (
    <NumberField
      label={t('Days')}
      quiet
      width={88}
      decimals={0}
      unit={t('days')}
      value={value === null ? '' : String(value)}
      onChange={(text) => onChange(Number(text))}
    />
  );
}

type DateProps = { label: string; value: string; onChange: (value: string) => void };

function DateField({ label, value, onChange }: DateProps) {
  return (
    <input
      type="date"
      className="form-control field-quiet cv-date"
      aria-label={label}
      value={value}
      onChange={(event) => event.target.value && onChange(event.target.value)}
    />
  );
}
