// A window of time: the last so many days, weeks or months, a stretch of the calendar, dates; or the days to come.
import { useState } from 'react';
import { t, tn } from '../i18n';
import { NumberField } from '../ui/NumberField';
import type { Window } from './types';
import { type Offer, offered, type Way, wayOf, windowOf } from './windows';

type Props = {
  window: Window | undefined;
  offer: Offer;
  label?: string;
  /** What no window means; without it there has to be one. */
  always?: string;
  onChange: (window: Window | undefined) => void;
};

export function WindowField({ window, offer, label = t('Period'), always, onChange }: Props) {
  const [other, setOther] = useState(false);
  const way = wayOf(window, other);

  function choose(key: string): void {
    setOther(key === 'last' || key === 'next');
    onChange(windowOf(key, window));
  }

  return (
    <span className="row-flex cv-window">
      <select
        className="form-select field-quiet cv-when"
        aria-label={label}
        value={way}
        onChange={(event) => choose(event.target.value)}
      >
        {always !== undefined && <option value="">{always}</option>}
        {always === undefined && !window && <option value="">{t('Choose')}</option>}
        {offered(offer).map(({ group, ways }) => (
          <optgroup key={group} label={group}>
            {ways.map((each: Way) => (
              <option key={each.key} value={each.key}>
                {each.title}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      {way === 'last' && window && <LastField window={window} onChange={onChange} />}
      {way === 'next' && window && 'next_days' in window && (
        <Count value={window.next_days} unit={t('days')} onChange={(next_days) => onChange({ next_days })} />
      )}
      {window && 'from' in window && (
        <Day label={t('From')} value={window.from} onChange={(from) => onChange({ ...window, from })} />
      )}
      {window && 'to' in window && (
        <Day label={t('To')} value={window.to} onChange={(to) => onChange({ ...window, to })} />
      )}
    </span>
  );
}

type Span = 'last_days' | 'last_weeks' | 'last_months';

function LastField({ window, onChange }: { window: Window; onChange: (window: Window) => void }) {
  const [span, number] = Object.entries(window)[0] as [Span, number];
  const write = (name: Span, count: number) => onChange({ [name]: count } as Window);
  return (
    <>
      <Count value={number} onChange={(count) => write(span, count)} />
      <select
        className="form-select field-quiet cv-unit"
        aria-label={t('Unit')}
        value={span}
        onChange={(event) => write(event.target.value as Span, number)}
      >
        <option value="last_days">{tn('day', 'days', number)}</option>
        <option value="last_weeks">{tn('week', 'weeks', number)}</option>
        <option value="last_months">{tn('month', 'months', number)}</option>
      </select>
    </>
  );
}

type CountProps = { value: number; unit?: string; onChange: (count: number) => void };

function Count({ value, unit, onChange }: CountProps) {
  return (
    <NumberField
      label={t('How many')}
      quiet
      width={unit ? 88 : 56}
      decimals={0}
      unit={unit ?? null}
      value={Number.isNaN(value) ? '' : String(value)}
      onChange={(text) => onChange(text === '' ? Number.NaN : Number(text))}
    />
  );
}

type DayProps = { label: string; value: string | undefined; onChange: (value: string) => void };

function Day({ label, value, onChange }: DayProps) {
  return (
    <input
      type="date"
      className="form-control field-quiet cv-date"
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => event.target.value && onChange(event.target.value)}
    />
  );
}
