// What was picked, each of which can be taken off, and a field that finds more.
import type { ComponentProps } from 'react';
import { t } from '../i18n';
import { Combobox } from '../ui/Combobox';
import { Icon } from '../ui/Icon';

type Props<Id extends string | number> = Omit<ComponentProps<typeof Combobox>, 'label' | 'onErase'> & {
  title: string;
  chosen: readonly Id[];
  nameOf: (id: Id) => string;
  /** Whether it was deleted since. */
  isGone?: (id: Id) => boolean;
  onTake: (left: Id[]) => void;
  /** One only, which needs less room. */
  single?: boolean;
};

export function Picked<Id extends string | number>({
  title,
  chosen,
  nameOf,
  isGone,
  onTake,
  single,
  ...list
}: Props<Id>) {
  return (
    <span
      className={`field field-quiet cv-tags${list.invalid ? ' err' : ''}${chosen.length === 0 ? ' cv-unpicked' : single ? ' cv-one' : ''}`}
    >
      {chosen.map((id) => {
        const [name, gone] = [nameOf(id), isGone?.(id)];
        return (
          <span key={id} className={gone ? 'tag cv-gone' : 'tag'}>
            {gone ? t('{name}, deleted', { name }) : name}
            <button
              type="button"
              aria-label={t('Take off “{name}”', { name })}
              onClick={() => onTake(chosen.filter((other) => other !== id))}
            >
              <Icon name="x" size={14} />
            </button>
          </span>
        );
      })}
      <Combobox {...list} label={t('Add to “{title}”', { title })} onErase={() => onTake(chosen.slice(0, -1))} />
    </span>
  );
}
