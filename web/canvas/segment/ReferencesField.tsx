// The things that a condition names: chosen ones can be taken off, a list offers the others.
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useChoices } from '../ui/useChoices';
import type { LeafValue } from './types';

type Props = {
  title: string;
  source: string;
  value: LeafValue;
  invalid: boolean;
  onChange: (value: LeafValue) => void;
};

export function ReferencesField({ title, source, value, invalid, onChange }: Props) {
  const { items } = useChoices(source);
  const chosen = (Array.isArray(value) ? value : value === null ? [] : [value]).map(Number);
  const left = items.filter((item) => !chosen.includes(item.id));
  return (
    <span className={`field field-quiet grow cv-tags${invalid ? ' err' : ''}`}>
      {chosen.map((id) => {
        const name = items.find((item) => item.id === id)?.name ?? String(id);
        return (
          <span key={id} className="tag">
            {name}
            <button
              type="button"
              aria-label={t('Take off “{name}”', { name })}
              onClick={() => onChange(chosen.filter((other) => other !== id))}
            >
              <Icon name="x" size={14} />
            </button>
          </span>
        );
      })}
      <select
        aria-label={t('Add to “{title}”', { title })}
        value=""
        onChange={(event) => event.target.value && onChange([...chosen, Number(event.target.value)])}
      >
        <option value="">{left.length > 0 ? t('Choose') : t('No more')}</option>
        {left.map((item) => (
          <option key={item.id} value={item.id}>
            {item.name}
          </option>
        ))}
      </select>
    </span>
  );
}
