// An event that a condition counts: its kind, picked from those that came in, and what its properties must be.
import { useState } from 'react';
import type { Thing } from '../api';
import { t } from '../i18n';
import { Combobox } from '../ui/Combobox';
import { Icon } from '../ui/Icon';
import { useChoices } from '../ui/useChoices';
import type { Happening, LeafValue } from './types';

const PROPERTIES_MAX = 5;

type Props = { label: string; value: LeafValue; onChange: (value: LeafValue) => void };

export function EventField({ label, value, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const { items, more, loading, error } = useChoices<Thing>(open ? '/event-kinds' : null, words);
  const event = read(value);
  const rows = Object.entries(event.properties ?? {});

  const write = (changed: [string, string][]) =>
    onChange(changed.length > 0 ? { kind: event.kind, properties: Object.fromEntries(changed) } : event.kind);

  return (
    <span className="row-flex cv-window">
      <span className="field field-quiet cv-event">
        <Combobox
          label={label}
          options={items}
          words={words}
          onWords={setWords}
          onOpen={setOpen}
          shown={event.kind}
          current={event.kind}
          placeholder={t('Choose')}
          loading={loading}
          more={more}
          trouble={error ?? (items.length === 0 && !words ? t('No event came in yet') : null)}
          onPick={({ id }) => onChange({ ...event, kind: String(id) })}
        />
      </span>
      {rows.map(([name, text], place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the name is what one types
        <span className="row-flex" key={place}>
          <input
            className="form-control field-quiet cv-prop"
            aria-label={t('Property')}
            placeholder={t('property')}
            maxLength={60}
            value={name}
            onChange={({ target }) => write(rows.with(place, [target.value, text]))}
          />
          <span className="t3">=</span>
          <input
            className="form-control field-quiet cv-prop"
            aria-label={t('Its value')}
            placeholder={t('value')}
            maxLength={200}
            value={text}
            onChange={({ target }) => write(rows.with(place, [name, target.value]))}
          />
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm"
            aria-label={t('Take off the property “{name}”', { name })}
            onClick={() => write(rows.toSpliced(place, 1))}
          >
            <Icon name="x" size={14} />
          </button>
        </span>
      ))}
      {event.kind !== '' && rows.length < PROPERTIES_MAX && !rows.some(([name]) => name === '') && (
        <button type="button" className="btn btn-quiet btn-sm" onClick={() => write([...rows, ['', '']])}>
          <Icon name="plus" size={14} /> {t('Property')}
        </button>
      )}
    </span>
  );
}

function read(value: LeafValue): Happening {
  if (typeof value === 'string') return { kind: value };
  return value !== null && typeof value === 'object' && 'kind' in value ? value : { kind: '' };
}
