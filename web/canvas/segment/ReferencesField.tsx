// The things that a condition names: chosen ones can be taken off, a list offers the others, searched when it is long.
import { useRef, useState } from 'react';
import type { Thing } from '../api';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useChoices } from '../ui/useChoices';
import { useBuilder } from './Builder';
import type { LeafValue } from './types';

type Props = {
  title: string;
  source: string;
  value: LeafValue;
  /** What stands there while nothing is chosen. */
  none?: string;
  invalid: boolean;
  onChange: (value: LeafValue) => void;
};

export function ReferencesField({ title, source, value, none = t('Choose'), invalid, onChange }: Props) {
  const { names } = useBuilder();
  const [words, setWords] = useState('');
  const picked = useRef(new Map<number | string, string>());
  const { items, more, error } = useChoices<Thing>(source, words);
  const chosen = Array.isArray(value) ? value : typeof value === 'object' ? [] : [value];
  const left = items.filter((item) => !chosen.includes(item.id));

  const nameOf = (id: number | string): string =>
    items.find((item) => item.id === id)?.name ?? picked.current.get(id) ?? names[source]?.[id] ?? String(id);

  function add(key: string): void {
    const item = left.find((each) => String(each.id) === key);
    if (!item) return;
    picked.current.set(item.id, item.name);
    setWords('');
    onChange([...chosen, item.id]);
  }

  return (
    <span className={`field field-quiet grow cv-tags${invalid ? ' err' : ''}`}>
      {chosen.map((id) => (
        <span key={id} className="tag">
          {nameOf(id)}
          <button
            type="button"
            aria-label={t('Take off “{name}”', { name: nameOf(id) })}
            onClick={() => onChange(chosen.filter((other) => other !== id))}
          >
            <Icon name="x" size={14} />
          </button>
        </span>
      ))}
      {(more || words !== '') && (
        <input
          type="search"
          className="cv-seek"
          aria-label={t('Search in “{title}”', { title })}
          placeholder={t('Search')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      <select aria-label={t('Add to “{title}”', { title })} value="" onChange={(event) => add(event.target.value)}>
        <option value="">
          {error ?? (chosen.length === 0 ? none : left.length > 0 ? t('Choose') : t('None left'))}
        </option>
        {left.map((item) => (
          <option key={item.id} value={item.id}>
            {item.hint ? `${item.name}: ${item.hint}` : item.name}
          </option>
        ))}
      </select>
    </span>
  );
}
