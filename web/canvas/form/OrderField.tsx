// Some of a few words in the order in which they are tried: each can go up, down or away, the others can be added.
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import type { Control } from './Field';
import { moved } from './order';

export function OrderField({ labelId, schema, value, describedBy, onChange }: Control) {
  const titles = new Map(
    (schema.enum ?? []).map((key, index) => [String(key), schema['x-enum-titles']?.[index] ?? String(key)]),
  );
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const left = [...titles].filter(([key]) => !chosen.includes(key));
  const set = (next: string[]) => onChange(next.length > 0 ? next : undefined);
  return (
    <fieldset className="cv-order" aria-labelledby={labelId} aria-describedby={describedBy}>
      {chosen.length > 0 && (
        <ol>
          {chosen.map((key, place) => {
            const title = titles.get(key) ?? key;
            const move = (by: -1 | 1, name: 'arrow-up' | 'arrow-down', label: string) => (
              <button
                type="button"
                className="btn btn-icon btn-quiet btn-sm"
                aria-label={label}
                disabled={place + by < 0 || place + by >= chosen.length}
                onClick={() => set(moved(chosen, place, by))}
              >
                <Icon name={name} size={14} />
              </button>
            );
            return (
              <li key={key}>
                <span className="t3 tn">{place + 1}</span>
                <span className="grow">{title}</span>
                {move(-1, 'arrow-up', t('{title}: try earlier', { title }))}
                {move(1, 'arrow-down', t('{title}: try later', { title }))}
                <button
                  type="button"
                  className="btn btn-icon btn-quiet btn-sm"
                  aria-label={t('Remove {title}', { title })}
                  onClick={() => set(chosen.filter((each) => each !== key))}
                >
                  <Icon name="x" size={14} />
                </button>
              </li>
            );
          })}
        </ol>
      )}
      {left.length > 0 && (
        <div className="cv-order-add">
          {left.map(([key, title]) => (
            <button type="button" key={key} className="btn btn-sm" onClick={() => set([...chosen, key])}>
              <Icon name="plus" size={14} /> {title}
            </button>
          ))}
        </div>
      )}
    </fieldset>
  );
}
