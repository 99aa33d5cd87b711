// Something of a collection: a list with what tells its members apart, and a search when it is long.
import { useEffect, useState } from 'react';
import { t } from '../i18n';
import { useChoices } from '../ui/useChoices';
import type { Control } from './Field';

export function ReferenceField({ id, schema, value, invalid, describedBy, onChange }: Control) {
  const source = schema['x-source'] ?? '';
  const [words, setWords] = useState('');
  const [round, setRound] = useState(0);
  const { items, more, loading, error } = useChoices(source, words, round);
  const current = typeof value === 'number' ? value : null;
  const chosen = items.find((item) => item.id === current);

  // Back from the page where a new one was made: the list should have it.
  useEffect(() => {
    const again = () => setRound((before) => before + 1);
    addEventListener('focus', again);
    return () => removeEventListener('focus', again);
  }, []);

  return (
    <>
      {(more || words !== '') && (
        <input
          type="search"
          className="form-control cv-narrow"
          aria-label={t('Search in “{title}”', { title: schema.title ?? '' })}
          placeholder={t('Search')}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      <select
        id={id}
        className={invalid ? 'form-select err' : 'form-select'}
        aria-invalid={invalid || undefined}
        aria-describedby={describedBy}
        value={current ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))}
      >
        <option value="">{loading ? t('Loading…') : t('Choose')}</option>
        {current !== null && !chosen && <option value={current}>{t('Number {id}', { id: current })}</option>}
        {items.map((item) => (
          <option key={item.id} value={item.id}>
            {item.hint ? `${item.name}: ${item.hint}` : item.name}
          </option>
        ))}
      </select>
      {error && <div className="hint bad">{error}</div>}
    </>
  );
}
