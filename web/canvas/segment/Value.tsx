// A value of a condition: a number, an amount, two of them, one of a few words, or things picked by name.
import { t } from '../i18n';
import { useCurrencySign } from '../organisation';
import { NumberField } from '../ui/NumberField';
import { EventField } from './EventField';
import { ReferencesField } from './ReferencesField';
import type { LeafValue, ValueKind } from './types';

type Props = {
  kind: ValueKind;
  label: string;
  value: LeafValue;
  /** Two values: from and to. */
  pair?: boolean;
  /** It may be left out: any. */
  any?: boolean;
  invalid: boolean;
  describedBy: string | undefined;
  onChange: (value: LeafValue) => void;
};

export function Value(props: Props) {
  const { kind, label, value, onChange } = props;
  if (kind.type === 'choice')
    return (
      <select
        className="form-select field-quiet cv-choice"
        aria-label={label}
        value={String(value ?? '')}
        onChange={(event) => onChange(event.target.value || null)}
      >
        {(props.any || value === null) && <option value="">{props.any ? t('any') : t('Choose')}</option>}
        {kind.choices?.map((choice) => (
          <option key={choice.key} value={choice.key}>
            {choice.title}
          </option>
        ))}
      </select>
    );
  if (kind.type === 'reference')
    return (
      <ReferencesField
        title={label}
        source={kind.source ?? ''}
        value={value}
        none={props.any ? t('any') : t('Choose')}
        invalid={props.invalid}
        onChange={onChange}
      />
    );
  if (kind.type === 'event') return <EventField label={label} value={value} onChange={onChange} />;
  if (!props.pair) return <One {...props} value={single(value)} onChange={onChange} />;
  const [from, to] = pair(value);
  return (
    <span className="row-flex cv-pair">
      <One {...props} label={t('From')} value={from} onChange={(value) => onChange([value ?? '', to ?? ''])} />
      <span className="t3">{t('and')}</span>
      <One {...props} label={t('To')} value={to} onChange={(value) => onChange([from ?? '', value ?? ''])} />
    </span>
  );
}

type OneProps = Omit<Props, 'onChange' | 'value'> & {
  value: string | number | null;
  onChange: (value: string | number | null) => void;
};

function One({ kind, label, value, invalid, describedBy, onChange }: OneProps) {
  const sign = useCurrencySign();
  const money = kind.type === 'amount';
  if (kind.type === 'text' || kind.type === 'date')
    return (
      <input
        type={kind.type}
        className={`form-control field-quiet ${kind.type === 'date' ? 'cv-date' : 'cv-text'}`}
        aria-label={label}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        maxLength={kind.type === 'text' ? 200 : undefined}
        value={String(value ?? '')}
        onChange={(event) => onChange(event.target.value || null)}
      />
    );
  return (
    <NumberField
      label={label}
      quiet
      width={money ? 116 : 96}
      value={value === null ? '' : String(value)}
      decimals={money ? 2 : 0}
      unit={unitOf(kind, sign)}
      invalid={invalid}
      {...(describedBy ? { describedBy } : {})}
      onChange={(text) => onChange(text === '' ? null : money ? text : Number(text))}
    />
  );
}

const single = (value: LeafValue): string | number | null => pair(value)[0];
const pair = (value: LeafValue): [string | number | null, string | number | null] =>
  Array.isArray(value) ? [value[0] ?? null, value[1] ?? null] : [typeof value === 'object' ? null : value, null];

function unitOf({ unit }: ValueKind, sign: string | null): string | null {
  if (unit === 'currency') return sign;
  if (unit === 'percent') return '%';
  if (unit === 'plain') return null;
  return unit === 'days' ? t('days') : unit === 'years' ? t('years') : unit === 'bonuses' ? t('bonuses') : unit;
}
