// Which of several calculations answers a condition; where there is only one, nothing is asked.
import { t } from '../i18n';
import { useChoices } from '../ui/useChoices';

type Props = {
  title: string;
  source: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
};

export function CalculationField({ title, source, value, onChange }: Props) {
  const { items } = useChoices<{ id: number; name: string; is_default: boolean }>(source);
  if (items.length < 2 && value === undefined) return null;
  const others = items.filter((item) => !item.is_default);
  return (
    <select
      className="form-select field-quiet cv-choice"
      aria-label={title}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? undefined : Number(event.target.value))}
    >
      <option value="">{items.find((item) => item.is_default)?.name ?? t('the usual one')}</option>
      {value !== undefined && !others.some((item) => item.id === value) && (
        <option value={value}>{t('Number {id}', { id: value })}</option>
      )}
      {others.map((item) => (
        <option key={item.id} value={item.id}>
          {item.name}
        </option>
      ))}
    </select>
  );
}
