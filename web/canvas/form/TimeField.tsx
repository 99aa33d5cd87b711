// A time of day as 24 hours on any machine: "9", "930" and "9:30" become "09:00" and "09:30" on leaving the field.
import { useState } from 'react';
import type { Control } from './Field';

export function TimeField({ id, value, invalid, describedBy, onChange }: Control) {
  const [typing, setTyping] = useState<string | null>(null);
  return (
    <input
      id={id}
      type="text"
      inputMode="numeric"
      autoComplete="off"
      maxLength={5}
      className={`form-control tn cv-time${invalid ? ' err' : ''}`}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      value={typing ?? (typeof value === 'string' ? value : '')}
      onChange={(event) => {
        setTyping(event.target.value);
        onChange(timeOfDay(event.target.value) ?? (event.target.value || undefined));
      }}
      onBlur={() => setTyping(null)}
    />
  );
}

/** The time that a text means, as "HH:MM"; null when it means none. */
export function timeOfDay(text: string): string | null {
  const [, hours, minutes = '0'] = /^\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*$/.exec(text) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return null;
  return `${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}`;
}
