// A value of a condition: a number, an amount, two of them, one of a few words, or things picked by name.
import { t } from '../i18n';
import { useCurrencySign } from '../organisation';
import { NumberField } from '../ui/NumberField';
import { ChoicesField } from './ChoicesField';
import { EventField } from './EventField';
import { ReferencesField } from './ReferencesField';
import type { LeafValue, ValueKind, Window } from './types';
import { WindowField } from './WindowField';

type Props = {
  kind: ValueKind;
  label: string;
  value: LeafValue;
  /** The operator decides how many values there are, and of which kind. */
  op?: string;
  /** What stands in its place where it may be left out. */
  any?: string | null;
  invalid: boolean;
  describedBy: string | undefined;
  onChange: (value: LeafValue) => void;
};

export function Value(props: Props) {
  const { kind, label, value, onChange } = props;
  const none = props.any ?? t('Choose');
  if (kind.type === 'choice' && kind.many)
    return (
      <ChoicesField
        title={label}
        choices={kind.choices ?? []}
        value={value}
        none={none}
        invalid={props.invalid}
        describedBy={props.describedBy}
        onChange={onChange}
      />
    );
  if (kind.type === 'choice')
    return (
      <select
        className="form-select field-quiet cv-choice"
        aria-label={label}
        value={String(value ?? '')}
        onChange={(event) => onChange(event.target.value || null)}
      >
        {(props.any || value === null) && <option value="">{none}</option>}
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
        none={none}
        single={kind.many === false}
        invalid={props.invalid}
        describedBy={props.describedBy}
        onChange={onChange}
      />
    );
  if (kind.type === 'event') return <EventField label={label} value={value} onChange={onChange} />;
  if (kind.type === 'date' && (props.op === 'within' || props.op === 'anniversary'))
    return (
      <WindowField
        label={label}
        window={windowIn(value)}
        offer={props.op === 'within' ? 'day' : 'anniversary'}
        onChange={(window) => onChange(window ?? null)}
      />
    );
  if (props.op !== 'between') return <One {...props} value={single(value)} onChange={onChange} />;
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
      width={kind.unit === 'bonuses' ? 144 : money ? 116 : kind.unit ? 96 : 80}
      value={value === null ? '' : String(value)}
      decimals={money ? 2 : 0}
      negative={kind.signed ?? false}
      unit={unitOf(kind, sign)}
      invalid={invalid}
      {...(describedBy ? { describedBy } : {})}
      onChange={(text) => onChange(text === '' ? null : money ? text : Number(text))}
    />
  );
}

const windowIn = (value: LeafValue): Window | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !('kind' in value) ? value : undefined;

const single = (value: LeafValue): string | number | null => pair(value)[0];
const pair = (value: LeafValue): [string | number | null, string | number | null] =>
  Array.isArray(value) ? [value[0] ?? null, value[1] ?? null] : [typeof value === 'object' ? null : value, null];

function unitOf({ unit }: ValueKind, sign: string | null): string | null {
  if (unit === 'currency') return sign;
  if (unit === 'percent') return '%';
  if (unit === 'plain') return null;
  return unit === 'days' ? t('days') : unit === 'years' ? t('years') : unit === 'bonuses' ? t('bonuses') : unit;
}
