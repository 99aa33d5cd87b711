// Numbers, shares and moments as the look writes them: no-break spaces, a true minus, tabular and never rounded in k.
import { t } from './i18n';

const NBSP = '\u00a0';
const MINUS = '\u2212';
const language = globalThis.document?.documentElement.lang || 'en';
const decimalMark =
  Intl.NumberFormat(language)
    .formatToParts(1.5)
    .find((part) => part.type === 'decimal')?.value ?? '.';

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, NBSP);

/** 2846 → "2 846". */
export const whole = (value: number): string => (value < 0 ? MINUS : '') + grouped(String(Math.abs(Math.trunc(value))));

/** "1560.00" → "1 560.00"; `short` leaves ".00" away. Works on the text, so no digit is ever lost to a float. */
export function amount(value: string, short = false): string {
  const [, sign, digits = '0', decimals = ''] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(value) ?? [];
  if (sign === undefined) return value;
  const tail = decimals.padEnd(2, '0');
  return (sign && MINUS) + grouped(digits || '0') + (short && tail === '00' ? '' : decimalMark + tail);
}

/** A part of a whole with one decimal: "12.4 %"; under 0.05 "< 0.1 %"; "–" when there is no whole. */
export function share(part: number, total: number): string {
  if (total === 0) return '–';
  const percent = (100 * part) / total;
  if (percent > 0 && percent < 0.05) return `<${NBSP}0${decimalMark}1${NBSP}%`;
  return `${percent.toFixed(1).replace('.', decimalMark)}${NBSP}%`;
}

const dayFormat = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const timeFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const secondsFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** "18 Nov 2026" */
export const day = (moment: string | Date): string => dayFormat.format(new Date(moment)).replace('Sept', 'Sep');
/** "14:32" */
export const clock = (moment: string | Date): string => timeFormat.format(new Date(moment));
/** "14:32:05" */
export const clockSeconds = (moment: string | Date): string => secondsFormat.format(new Date(moment));
/** "18 Nov 2026, 10:00" */
export const momentText = (moment: string | Date): string => `${day(moment)}, ${clock(moment)}`;

/** "0.21 s" from milliseconds. */
export const seconds = (ms: number): string =>
  t('{n} s', { n: (ms / 1000).toFixed(2).replace('.', decimalMark) }).replace(' ', NBSP);
