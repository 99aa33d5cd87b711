// One condition: what, operator, value and window, with the number of customers who meet it alone.
import { useId, useState } from 'react';
import { whole } from '../format';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useBuilder } from './Builder';
import { OutletsField } from './OutletsField';
import { address, move, newLeaf, type Path, replace } from './tree';
import type { Condition, Leaf } from './types';
import { Value } from './Value';
import { WindowField } from './WindowField';

const DRAGGED = 'application/x-catena-condition';

export function Line({ leaf, path }: { leaf: Leaf; path: Path }) {
  const builder = useBuilder();
  const { tree, onChange, byKey } = builder;
  const [over, setOver] = useState(false);
  const message = useId();
  const condition = byKey.get(leaf.condition);
  const where = address(tree, path);
  const error = builder.errors.get(where);
  const title = condition?.title ?? leaf.condition;
  const change = (changes: Partial<Leaf>) => onChange(replace(tree, path, { ...leaf, ...changes }));

  function drop(event: React.DragEvent): void {
    event.preventDefault();
    setOver(false);
    const from = event.dataTransfer.getData(DRAGGED);
    if (from) onChange(move(tree, from.split('.').map(Number), path));
  }

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would put its own frame around the line */}
      <div
        className={over ? 'leaf cv-over' : 'leaf'}
        role="group"
        aria-label={title}
        data-condition={leaf.condition}
        data-path={where}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(DRAGGED)) return;
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <button
          type="button"
          className="grip t3 cv-grip"
          draggable
          data-grip={path.join('.')}
          aria-label={t('Move the condition “{title}”: arrow up or down', { title })}
          onDragStart={(event) => event.dataTransfer.setData(DRAGGED, path.join('.'))}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            builder.shift(path, event.key === 'ArrowUp' ? -1 : 1);
          }}
        >
          <Icon name="grip-vertical" size={14} />
        </button>
        <select
          className="form-select field-quiet cv-what"
          aria-label={t('Condition')}
          title={condition?.help}
          value={leaf.condition}
          onChange={(event) => {
            const chosen = byKey.get(event.target.value);
            if (chosen) onChange(replace(tree, path, newLeaf(chosen)));
          }}
        >
          {!condition && <option value={leaf.condition}>{leaf.condition}</option>}
          {groupsOf(builder.conditions).map(([group, members]) => (
            <optgroup key={group} label={group}>
              {members.map((each) => (
                <option key={each.key} value={each.key}>
                  {each.title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
        {condition && (
          <span className="cv-rest">
            {condition.of && (
              <Value
                kind={condition.of}
                label={condition.of.title}
                value={leaf.of ?? null}
                invalid={error !== undefined}
                describedBy={error ? message : undefined}
                any={condition.of.optional}
                onChange={(of) => {
                  const { of: _, ...rest } = leaf;
                  const left = of === null || (Array.isArray(of) && of.length === 0);
                  onChange(replace(tree, path, left && condition.of?.optional ? rest : { ...rest, of }));
                }}
              />
            )}
            <select
              className={`form-select field-quiet ${hasSign(condition, leaf.op) ? 'cv-sign' : 'cv-op'}`}
              aria-label={t('Operator')}
              value={leaf.op}
              onChange={(event) => change(withOperator(leaf, event.target.value))}
            >
              {condition.operators.map((each) => (
                <option key={each.key} value={each.key} aria-label={each.title}>
                  {each.sign ?? each.title}
                </option>
              ))}
            </select>
            <Value
              kind={condition.value}
              label={condition.value.type === 'reference' ? condition.title : t('Value')}
              pair={leaf.op === 'between'}
              value={leaf.value}
              invalid={error !== undefined}
              describedBy={error ? message : undefined}
              onChange={(value) => change({ value })}
            />
            {condition.windowed && (
              <WindowField
                window={leaf.within}
                ahead={condition.ahead}
                onChange={(within) => {
                  const { within: _, ...rest } = leaf;
                  onChange(replace(tree, path, within ? { ...rest, within } : rest));
                }}
              />
            )}
            {condition.at_outlets && (
              <OutletsField
                outlets={leaf.outlets ?? []}
                onChange={(outlets) => {
                  const { outlets: _, ...rest } = leaf;
                  onChange(replace(tree, path, outlets.length > 0 ? { ...rest, outlets } : rest));
                }}
              />
            )}
          </span>
        )}
        <Count where={where} />
        <button
          type="button"
          className="btn btn-quiet btn-icon btn-sm"
          aria-label={t('Remove the condition “{title}”', { title })}
          title={t('Remove')}
          onClick={() => builder.drop(path)}
        >
          <Icon name="x" size={14} />
        </button>
      </div>
      {error && (
        <p className="hint bad cv-line-error" id={message}>
          {error}
        </p>
      )}
    </>
  );
}

/** The conditions as the list shows them, group by group. */
function groupsOf(conditions: readonly Condition[]): [string, Condition[]][] {
  const groups = new Map<string, Condition[]>();
  for (const each of conditions) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  return [...groups];
}

const hasSign = (condition: Condition, op: string) => condition.operators.find((each) => each.key === op)?.sign;

/** "Between" holds two values and the others one: what fits of the old value is kept. */
function withOperator(leaf: Leaf, op: string): Partial<Leaf> {
  const isPair = (key: string) => key === 'between';
  if (isPair(op) === isPair(leaf.op)) return { op };
  if (isPair(op)) return { op, value: leaf.value === null || typeof leaf.value === 'object' ? null : [leaf.value, ''] };
  return { op, value: Array.isArray(leaf.value) ? (leaf.value[0] ?? null) : leaf.value };
}

function Count({ where }: { where: string }) {
  const { counts, counting } = useBuilder();
  const count = counts.get(where);
  return (
    <span className={counting ? 'leaf-n tn cv-old' : 'leaf-n tn'} data-count={count}>
      {count === undefined ? '' : whole(count)}
    </span>
  );
}
