// One of a few words: side by side up to three, a list beyond.
import { t } from '../i18n';
import { Segmented } from '../ui/Segmented';
import type { Control } from './Field';

export function ChoiceField({ id, labelId, schema, value, invalid, describedBy, onChange }: Control) {
  const values = schema.enum ?? [];
  const choices = values.map((key, index) => ({
    key: String(key),
    title: schema['x-enum-titles']?.[index] ?? String(key),
  }));
  const choose = (key: string) => onChange(values.find((each) => String(each) === key));
  const current = value === undefined || value === null ? null : String(value);
  if (choices.length <= 3)
    return (
      <Segmented
        label={schema.title ?? ''}
        labelledBy={labelId}
        wide
        value={current}
        choices={choices}
        onChange={choose}
      />
    );
  return (
    <select
      id={id}
      className={invalid ? 'form-select err' : 'form-select'}
      aria-invalid={invalid || undefined}
      aria-describedby={describedBy}
      value={current ?? ''}
      onChange={(event) => choose(event.target.value)}
    >
      {current === null && <option value="">{t('Choose')}</option>}
      {choices.map((choice) => (
        <option key={choice.key} value={choice.key}>
          {choice.title}
        </option>
      ))}
    </select>
  );
}
