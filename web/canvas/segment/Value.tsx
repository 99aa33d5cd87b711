// The value of a condition: a number, an amount, two of them, one of a few words, or things picked by name.
import { t } from '../i18n';
import { useCurrencySign } from '../organisation';
import { NumberField } from '../ui/NumberField';
import { ReferencesField } from './ReferencesField';
import type { Condition, Leaf, LeafValue } from './types';

type Props = {
  leaf: Leaf;
  condition: Condition;
  invalid: boolean;
  describedBy: string | undefined;
  onChange: (value: LeafValue) => void;
};

export function Value(props: Props) {
  const { leaf, condition, onChange } = props;
  const { type, choices, source } = condition.value;
  if (type === 'choice')
    return (
      <select
        className="form-select field-quiet cv-choice"
        aria-label={t('Value')}
        value={String(leaf.value ?? '')}
        onChange={(event) => onChange(event.target.value)}
      >
        {leaf.value === null && <option value="">{t('Choose')}</option>}
        {choices?.map((choice) => (
          <option key={choice.key} value={choice.key}>
            {choice.title}
          </option>
        ))}
      </select>
    );
  if (type === 'reference')
    return (
      <ReferencesField
        title={condition.title}
        source={source ?? ''}
        value={leaf.value}
        invalid={props.invalid}
        onChange={onChange}
      />
    );
  if (leaf.op !== 'between')
    return <One {...props} label={t('Value')} value={single(leaf.value)} onChange={(value) => onChange(value)} />;
  const [from, to] = pair(leaf.value);
  return (
    <span className="row-flex cv-pair">
      <One {...props} label={t('From')} value={from} onChange={(value) => onChange([value ?? '', to ?? ''])} />
      <span className="t3">{t('and')}</span>
      <One {...props} label={t('To')} value={to} onChange={(value) => onChange([from ?? '', value ?? ''])} />
    </span>
  );
}

type OneProps = Omit<Props, 'onChange' | 'leaf'> & {
  label: string;
  value: string | number | null;
  onChange: (value: string | number | null) => void;
};

function One({ condition, label, value, invalid, describedBy, onChange }: OneProps) {
  const sign = useCurrencySign();
  const money = condition.value.type === 'amount';
  return (
    <NumberField
      label={label}
      quiet
      width={money ? 116 : 96}
      value={value === null ? '' : String(value)}
      decimals={money ? 2 : 0}
      unit={unitOf(condition, sign)}
      invalid={invalid}
      {...(describedBy ? { describedBy } : {})}
      onChange={(text) => onChange(text === '' ? null : money ? text : Number(text))}
    />
  );
}

const single = (value: LeafValue): string | number | null => (Array.isArray(value) ? (value[0] ?? null) : value);
const pair = (value: LeafValue): [string | number | null, string | number | null] =>
  Array.isArray(value) ? [value[0] ?? null, value[1] ?? null] : [value, null];

function unitOf(condition: Condition, sign: string | null): string | null {
  const { unit } = condition.value;
  if (unit === 'currency') return sign;
  return unit === 'days' ? t('days') : unit === 'years' ? t('years') : unit === 'bonuses' ? t('bonuses') : unit;
}
