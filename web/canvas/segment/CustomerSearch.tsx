// Finds one customer as one types: by name, card, phone, e-mail or number; arrows choose, Enter takes.
import { useEffect, useId, useRef, useState } from 'react';
import type { FoundCustomer } from '../api';
import { t } from '../i18n';
import { useChoices } from '../ui/useChoices';

const PAUSE_MS = 200;

export function CustomerSearch({ onChoose }: { onChoose: (customer: FoundCustomer) => void }) {
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(0);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  const { items, loading, error } = useChoices<FoundCustomer>(words ? '/customers?limit=8' : null, words);
  const shown = open && words !== '';

  useEffect(() => {
    const timer = setTimeout(() => {
      setWords(typed.trim());
      setMarked(0);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  useEffect(() => field.current?.focus(), []);

  function take(customer: FoundCustomer | undefined): void {
    if (!customer) return;
    setTyped('');
    setWords('');
    setOpen(false);
    onChoose(customer);
  }

  function press(event: React.KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && items.length > 0) {
      event.preventDefault();
      setOpen(true);
      setMarked((marked + step + items.length) % items.length);
    } else if (event.key === 'Enter' && shown) {
      event.preventDefault();
      take(items[marked]);
    } else if (event.key === 'Escape' && shown) {
      event.preventDefault();
      setOpen(false);
    }
  }

  return (
    <div>
      <label className="form-label" htmlFor={`${list}-field`}>
        {t('Customer')}
      </label>
      <input
        ref={field}
        id={`${list}-field`}
        className="form-control"
        type="search"
        role="combobox"
        autoComplete="off"
        aria-expanded={shown}
        aria-controls={list}
        aria-activedescendant={shown && items[marked] ? `${list}-${marked}` : undefined}
        placeholder={t('Name, card, phone, e-mail or number')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setOpen(true);
        }}
        onKeyDown={press}
      />
      <div id={list} role="listbox" aria-label={t('Customers found')} className="cv-found" hidden={!shown}>
        {items.map((customer, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={customer.id}
            id={`${list}-${place}`}
            role="option"
            aria-selected={place === marked}
            tabIndex={-1}
            onClick={() => take(customer)}
            onMouseMove={() => setMarked(place)}
          >
            <span className="m">{nameOf(customer)}</span> <span className="s t3">{marksOf(customer)}</span>
          </div>
        ))}
      </div>
      {shown && !loading && items.length === 0 && (
        <p className="hint" role="status">
          {error ?? t('Nobody is called “{words}” or has such a card, phone, e-mail or number', { words })}
        </p>
      )}
    </div>
  );
}

export const nameOf = (customer: FoundCustomer): string => customer.name || t('Customer {id}', { id: customer.id });

const marksOf = (customer: FoundCustomer): string =>
  [customer.card, customer.phone, customer.email, customer.external_id].filter(Boolean).slice(0, 2).join(' · ');
