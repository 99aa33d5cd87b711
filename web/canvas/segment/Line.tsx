// One condition: what, operator, value and window, with the number of customers who meet it alone.
import { useId } from 'react';
import { whole } from '../format';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useBuilder } from './Builder';
import { ConditionField } from './ConditionField';
import { useDrop } from './drag';
import { Grip } from './Grip';
import { LineFields } from './LineFields';
import { address, newLeaf, type Path, replace } from './tree';
import type { Condition, Leaf } from './types';

export function Line({ leaf, path }: { leaf: Leaf; path: Path }) {
  const { tree, change, act, byKey, errors, known } = useBuilder();
  const { attributes, look } = useDrop(path);
  const message = useId();
  const condition = byKey.get(leaf.condition);
  const where = address(tree, path);
  const error = errors.get(where) ?? (condition && goneIn(leaf, condition, known));
  const title = condition?.title ?? leaf.condition;
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would put its own frame around the line */}
      <div
        className={`leaf${look}`}
        role="group"
        aria-label={title}
        data-condition={leaf.condition}
        data-path={where}
        {...attributes}
      >
        <Grip path={path} name={title} />
        <ConditionField
          current={condition}
          name={title}
          onChange={(chosen) => change(replace(tree, path, newLeaf(chosen)))}
        />
        {condition && (
          <LineFields
            key={leaf.condition}
            leaf={leaf}
            condition={condition}
            invalid={error !== undefined}
            describedBy={error ? message : undefined}
            onChange={(next) => change(replace(tree, path, next), typedIn(leaf, next, where))}
          />
        )}
        <Count where={where} />
        <span className="cv-line-acts nw">
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm cv-copy"
            aria-label={t('Duplicate the condition “{title}”', { title })}
            title={t('Duplicate')}
            onClick={() => act('copy', path)}
          >
            <Icon name="copy" size={14} />
          </button>
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm"
            aria-label={t('Remove the condition “{title}”', { title })}
            title={t('Remove')}
            onClick={() => act('remove', path)}
          >
            <Icon name="x" size={14} />
          </button>
        </span>
      </div>
      {error && (
        <p className="hint bad cv-line-error" id={message}>
          {error}
        </p>
      )}
    </>
  );
}

/** Letters typed one after another into the same field are one step to undo; what is picked is one each. */
function typedIn(before: Leaf, after: Leaf, where: string): string | null {
  const changed = (['op', 'of', 'by', 'value', 'within', 'outlets'] as const).filter(
    (name) => before[name] !== after[name],
  );
  const name = changed.length === 1 ? changed[0] : undefined;
  const isPicked =
    name === 'op' ||
    name === 'by' ||
    name === 'outlets' ||
    (name && Array.isArray(after[name]) && after.op !== 'between');
  return name && !isPicked ? `${where} ${name}` : null;
}

/** What to do where a line names things that were deleted. */
function goneIn(leaf: Leaf, condition: Condition, known: { isGone: (source: string, id: string | number) => boolean }) {
  const named: [string | null | undefined, unknown][] = [
    [condition.value.type === 'reference' ? condition.value.source : null, leaf.value],
    [condition.of?.type === 'reference' ? condition.of.source : null, leaf.of],
    [condition.by?.source, leaf.by],
    ['/outlets', leaf.outlets],
  ];
  const gone = named.some(
    ([source, value]) => source && [value ?? []].flat().some((id) => known.isGone(source, id as number)),
  );
  return gone ? t('Take off what was deleted, or choose another') : undefined;
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
