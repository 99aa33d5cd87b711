// Some things of a collection: each chosen one can be taken off, a list offers the others, searched when it is long.
import { useRef, useState } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useChoices } from '../ui/useChoices';
import type { Control } from './Field';

export function ReferencesField({ id, labelId, schema, value, invalid, describedBy, onChange }: Control) {
  const [words, setWords] = useState('');
  const picked = useRef(new Map<number, string>());
  const { items, more, loading, error } = useChoices(schema['x-source'] ?? '', words);
  const chosen = Array.isArray(value) ? value.map(Number) : [];
  const left = items.filter((item) => !chosen.includes(item.id));
  const set = (next: number[]) => onChange(next.length > 0 ? next : undefined);
  const title = schema.title ?? '';
  for (const item of items) picked.current.set(item.id, item.name);

  return (
    <fieldset className="cv-picks" aria-labelledby={labelId} aria-describedby={describedBy}>
      {chosen.length > 0 && (
        <ul>
          {chosen.map((each) => {
            const name = picked.current.get(each) ?? t('Number {id}', { id: each });
            return (
              <li key={each} className="tag">
                {name}
                <button
                  type="button"
                  aria-label={t('Take off “{name}”', { name })}
                  onClick={() => set(chosen.filter((other) => other !== each))}
                >
                  <Icon name="x" size={14} />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {(more || words !== '') && (
        <input
          type="search"
          className="form-control"
          aria-label={t('Search in “{title}”', { title })}
          placeholder={t('Search')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      <select
        id={id}
        className={invalid ? 'form-select err' : 'form-select'}
        aria-invalid={invalid || undefined}
        value=""
        disabled={left.length === 0}
        onChange={(event) => set([...chosen, Number(event.target.value)])}
      >
        <option value="">{loading ? t('Loading…') : left.length > 0 ? t('Add…') : t('None left')}</option>
        {left.map((item) => (
          <option key={item.id} value={item.id}>
            {item.hint ? `${item.name}: ${item.hint}` : item.name}
          </option>
        ))}
      </select>
      {error && <div className="hint bad">{error}</div>}
    </fieldset>
  );
}
