// One of a few rules, the last of which takes a number: `key`, or `{ key: number }`.
import { useId } from 'react';
import { NumberField } from '../ui/NumberField';
import { Segmented } from '../ui/Segmented';

type Numbered<K extends string> = Record<K, number>;

type Props<P extends string, K extends string> = {
  field: string;
  title: string;
  hint: string;
  choices: { key: P | K; title: string }[];
  /** Which rule takes a number, what the number is called and counted in, and where it begins. */
  numbered: { key: K; label: string; unit: string; first: number };
  value: P | Numbered<K>;
  problem: string | undefined;
  onChange: (value: P | Numbered<K>) => void;
};

export function RuleField<P extends string, K extends string>(props: Props<P, K>) {
  const { field, title, hint, choices, numbered, value, problem, onChange } = props;
  const label = useId();
  const number = typeof value === 'object' ? value[numbered.key] : null;
  const withNumber = (count: number) => ({ [numbered.key]: count }) as Numbered<K>;
  return (
    <div data-field={field}>
      <div className="form-label" id={label}>
        {title}
      </div>
      <Segmented
        label=""
        labelledBy={label}
        value={typeof value === 'object' ? numbered.key : value}
        choices={choices}
        onChange={(key) => onChange(key === numbered.key ? withNumber(numbered.first) : (key as P))}
      />
      {number !== null && (
        <div className="cv-above">
          <NumberField
            label={numbered.label}
            width={140}
            decimals={0}
            unit={numbered.unit}
            value={number ? String(number) : ''}
            onChange={(text) => onChange(withNumber(Number(text)))}
          />
        </div>
      )}
      <div className={problem ? 'hint bad' : 'hint'}>{problem ?? hint}</div>
    </div>
  );
}
