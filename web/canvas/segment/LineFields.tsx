// The fields of a condition behind its name: what it is asked of, which calculation answers, operator, value, window and outlets.
import { t } from '../i18n';
import { CalculationField } from './CalculationField';
import { OutletsField } from './OutletsField';
import type { Condition, Leaf, LeafValue, Subject } from './types';
import { Value } from './Value';
import { WindowField } from './WindowField';

type Props = {
  leaf: Leaf;
  condition: Condition;
  invalid: boolean;
  describedBy: string | undefined;
  onChange: (leaf: Leaf) => void;
};

export function LineFields({ leaf, condition, invalid, describedBy, onChange }: Props) {
  const of = condition.of;
  return (
    <span className="cv-rest">
      {of && (
        <Value
          kind={of}
          label={of.title}
          value={leaf.of ?? null}
          invalid={invalid}
          describedBy={describedBy}
          any={of.any}
          onChange={(chosen) => {
            const { of: _, ...rest } = leaf;
            onChange(isNothing(chosen) && of.optional ? rest : { ...rest, of: chosen });
          }}
        />
      )}
      {condition.by && <By kind={condition.by} leaf={leaf} onChange={onChange} />}
      <Operators condition={condition} op={leaf.op} onChange={(op) => onChange(withOperator(leaf, op))} />
      <Value
        kind={condition.value}
        label={condition.value.type === 'reference' || condition.value.many ? condition.title : t('Value')}
        op={leaf.op}
        value={leaf.value}
        invalid={invalid}
        describedBy={describedBy}
        onChange={(value) => onChange({ ...leaf, value })}
      />
      {condition.windowed && (
        <WindowField
          window={leaf.within}
          offer={condition.ahead ? 'ahead' : 'back'}
          always={condition.ahead ? t('at any time') : t('all time')}
          onChange={(within) => {
            const { within: _, ...rest } = leaf;
            onChange(within ? { ...rest, within } : rest);
          }}
        />
      )}
      {condition.at_outlets && (
        <OutletsField
          outlets={leaf.outlets ?? []}
          onChange={(outlets) => {
            const { outlets: _, ...rest } = leaf;
            onChange(outlets.length > 0 ? { ...rest, outlets } : rest);
          }}
        />
      )}
    </span>
  );
}

type OperatorsProps = { condition: Condition; op: string; onChange: (op: string) => void };

/** How it is compared: to choose, or where there is only one way, in words. */
function Operators({ condition, op, onChange }: OperatorsProps) {
  const { operators } = condition;
  const chosen = operators.find((each) => each.key === op);
  if (operators.length === 1 && chosen) return <span className="t2 cv-only">{chosen.title}</span>;
  return (
    <select
      className={`form-select field-quiet ${chosen?.sign ? 'cv-sign' : 'cv-op'}`}
      aria-label={t('Operator')}
      value={op}
      onChange={(event) => onChange(event.target.value)}
    >
      {operators.map((each) => (
        <option key={each.key} value={each.key} aria-label={each.title}>
          {each.sign ?? each.title}
        </option>
      ))}
    </select>
  );
}

type ByProps = { kind: Subject; leaf: Leaf; onChange: (leaf: Leaf) => void };

function By({ kind, leaf, onChange }: ByProps) {
  const { by, ...rest } = leaf;
  const change = (chosen: LeafValue) => onChange(isNothing(chosen) ? rest : { ...rest, by: chosen });
  if (kind.many)
    return (
      <Value
        kind={kind}
        label={kind.title}
        value={by ?? null}
        any={kind.any}
        invalid={false}
        describedBy={undefined}
        onChange={change}
      />
    );
  return (
    <CalculationField
      title={kind.title}
      source={kind.source ?? ''}
      value={by === undefined ? undefined : Number([by].flat()[0])}
      onChange={(chosen) => change(chosen ?? null)}
    />
  );
}

const isNothing = (value: LeafValue) => value === null || (Array.isArray(value) && value.length === 0);

/** "Between" holds two values, a period one of its own, the others one: what fits of the old value is kept. */
function withOperator(leaf: Leaf, op: string): Leaf {
  const shape = (key: string) =>
    key === 'between' ? 'pair' : key === 'within' || key === 'anniversary' ? 'window' : 'one';
  if (shape(op) === shape(leaf.op))
    return { ...leaf, op, ...(op === 'anniversary' ? { value: { next_days: 7 } } : {}) };
  if (shape(op) === 'window') return { ...leaf, op, value: op === 'within' ? { last_days: 30 } : { next_days: 7 } };
  if (shape(leaf.op) === 'window') return { ...leaf, op, value: null };
  if (shape(op) === 'one') return { ...leaf, op, value: Array.isArray(leaf.value) ? (leaf.value[0] ?? null) : null };
  return { ...leaf, op, value: leaf.value === null || typeof leaf.value === 'object' ? null : [leaf.value, ''] };
}
