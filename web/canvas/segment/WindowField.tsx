// The window of a condition: all time, the last so many days, or from one date to another.
import { useState } from 'react';
import { t, tn } from '../i18n';
import { NumberField } from '../ui/NumberField';
import type { Window } from './types';

const USUAL_DAYS = [30, 90, 365];

type Props = { window: Window | undefined; onChange: (window: Window | undefined) => void };

export function WindowField({ window, onChange }: Props) {
  const [other, setOther] = useState(false);
  const kind = kindOf(window, other);

  function choose(key: string): void {
    setOther(key === 'days');
    if (key === 'all') onChange(undefined);
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
        <option value="dates">{t('between dates')}</option>
      </select>
      {kind === 'days' && window && 'last_days' in window && (
        <NumberField
          label={t('Days')}
          quiet
          width={88}
          decimals={0}
          unit={t('days')}
          value={window.last_days ? String(window.last_days) : ''}
          onChange={(text) => onChange({ last_days: Number(text) })}
        />
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

function kindOf(window: Window | undefined, other: boolean): string {
  if (!window) return 'all';
  if ('from' in window) return 'dates';
  return other || !USUAL_DAYS.includes(window.last_days) ? 'days' : String(window.last_days);
}

function thisYear(): Window {
  const year = new Date().getFullYear();
  return { from: `${year}-01-01`, to: `${year}-12-31` };
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
