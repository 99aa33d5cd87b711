// A number as text: typed freely, shown with thousands apart, its unit inside the field at the right.
import { useState } from 'react';
import { amount, whole } from '../format';

type Props = {
  id?: string;
  label?: string;
  value: string;
  onChange: (value: string) => void;
  decimals: 0 | 2;
  unit?: string | null;
  negative?: boolean;
  invalid?: boolean;
  describedBy?: string;
  quiet?: boolean;
  width?: number;
};

export function NumberField(props: Props) {
  const [typing, setTyping] = useState<string | null>(null);
  // What is typed stays as it is typed until the value is changed from elsewhere: undone, say.
  const shown =
    typing !== null && says(typing, props.value)
      ? typing
      : readable(props.value, typing === null ? props.decimals : null);
  return (
    <span
      className={`field cv-field${props.quiet ? ' field-quiet' : ''}${props.invalid ? ' err' : ''}`}
      style={props.width ? { width: props.width } : undefined}
    >
      <input
        id={props.id}
        className="tn"
        inputMode={props.decimals ? 'decimal' : 'numeric'}
        autoComplete="off"
        aria-label={props.label}
        aria-invalid={props.invalid || undefined}
        aria-describedby={props.describedBy}
        value={shown}
        onFocus={() => setTyping(props.value)}
        onBlur={() => setTyping(null)}
        onChange={(event) => {
          const text = clean(event.target.value, props.decimals, props.negative ?? false);
          setTyping(text);
          // A mark without decimals yet ("5000.") is not a number for the server.
          props.onChange(text.replace(/\.$/, ''));
        }}
      />
      {props.unit && <span className="t3 cv">{props.unit}</span>}
    </span>
  );
}

/** Keeps what can be part of a number: digits, one decimal mark (a comma counts), a leading minus where it may stand. */
export function clean(text: string, decimals: 0 | 2, negative: boolean): string {
  const plain = text
    .replaceAll(',', '.')
    .replaceAll('\u2212', '-')
    .replace(/[^\d.-]/g, '');
  const sign = negative && plain.startsWith('-') ? '-' : '';
  const [digits = '', ...rest] = plain.replaceAll('-', '').split('.');
  if (decimals === 0 || rest.length === 0) return sign + digits;
  return `${sign}${digits}.${rest.join('').slice(0, decimals)}`;
}

/** Whether a text is this number, or on its way to one. */
const says = (text: string, value: string): boolean =>
  text.replace(/\.$/, '') === value || (text !== '' && Number(text) === Number(value)) || !/\d/.test(text + value);

/** A number as one reads it; without `decimals` as one goes on typing it. */
function readable(value: string, decimals: 0 | 2 | null): string {
  if (decimals === null || !/^-?\d+(\.\d*)?$/.test(value)) return value;
  return decimals ? amount(value, true) : whole(Number(value));
}
