// One field of a settings form: its label, its control by `x-widget`, and a hint or what to do in its place.
import { type ReactNode, useId } from 'react';
import type { FieldSchema } from '../graph/types';
import { t } from '../i18n';
import { makerOf } from '../ui/makers';
import { NumberField } from '../ui/NumberField';
import { ChoiceField } from './ChoiceField';
import { OrderField } from './OrderField';
import { ReferenceField } from './ReferenceField';
import { ReferencesField } from './ReferencesField';
import type { FieldErrors } from './SettingsForm';
import { TimeField } from './TimeField';
import { TreeField } from './TreeField';

type Props = {
  name: string;
  schema: FieldSchema;
  required: boolean;
  value: unknown;
  error: string | undefined;
  errors: FieldErrors;
  onChange: (value: unknown) => void;
};

/** What a control gets: its ids tie it to the label and to the hint. */
export type Control = {
  id: string;
  labelId: string;
  schema: FieldSchema;
  value: unknown;
  invalid: boolean;
  describedBy: string;
  onChange: (value: unknown) => void;
};

export function Field({ name, schema, required, value, error, errors, onChange }: Props) {
  const id = useId();
  const control: Control = {
    id,
    labelId: `${id}-label`,
    schema,
    value,
    invalid: error !== undefined,
    describedBy: `${id}-hint`,
    onChange,
  };
  const widget = schema['x-widget'] ?? (schema.enum ? 'choice' : schema.type === 'integer' ? 'integer' : 'text');
  const hint = error ?? schema.description;
  const maker = widget === 'reference' ? makerOf(schema['x-source'] ?? '') : undefined;
  return (
    <div data-field={name}>
      {widget === 'boolean' || schema.type === 'boolean' ? null : (
        <div className="cv-label">
          <label className="form-label" id={control.labelId} htmlFor={id}>
            {schema.title ?? name} {!required && <span className="opt">{t('optional')}</span>}
          </label>
          {maker && (
            <a
              className="s"
              href={maker}
              target="_blank"
              rel="noopener"
              aria-label={t('New: {title}', { title: schema.title ?? name })}
            >
              {t('New…')}
            </a>
          )}
        </div>
      )}
      {draw(widget, control, errors, name)}
      {hint && (
        <div className={error ? 'hint bad' : 'hint'} id={control.describedBy}>
          {hint}
        </div>
      )}
    </div>
  );
}

function draw(widget: string, control: Control, errors: FieldErrors, name: string): ReactNode {
  const { id, schema, value, invalid, describedBy, onChange } = control;
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
  const plain = {
    id,
    'aria-invalid': invalid || undefined,
    'aria-describedby': describedBy,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange(event.target.value || undefined),
  };
  const className = invalid ? 'form-control err' : 'form-control';
  switch (widget) {
    case 'amount':
    case 'integer':
      return (
        <NumberField
          {...{ id, describedBy, invalid }}
          decimals={widget === 'amount' ? 2 : 0}
          negative={widget === 'integer' && (schema.minimum ?? 0) < 0}
          unit={schema['x-unit'] ?? null}
          value={text}
          onChange={(typed) => onChange(read(typed, widget))}
        />
      );
    case 'choice':
      return <ChoiceField {...control} />;
    case 'order':
      return <OrderField {...control} />;
    case 'reference':
      return <ReferenceField {...control} />;
    case 'references':
      return <ReferencesField {...control} />;
    case 'tree':
      return <TreeField {...control} name={name} errors={errors} />;
    case 'time':
      return <TimeField {...control} />;
    case 'day':
      return <input {...plain} className={`${className} cv-moment`} type="date" value={text} />;
    case 'local_moment':
      return <input {...plain} className={`${className} cv-moment`} type="datetime-local" value={text} />;
    case 'multiline':
      return (
        <textarea {...plain} className={`${className} cv-lines`} rows={8} maxLength={schema.maxLength} value={text} />
      );
    case 'boolean':
      return (
        <label className="cv-tick" htmlFor={id}>
          <input id={id} type="checkbox" checked={value === true} onChange={(e) => onChange(e.target.checked)} />
          {schema.title}
        </label>
      );
    default:
      return (
        <input
          {...plain}
          className={className}
          type="text"
          maxLength={schema.maxLength}
          value={text}
          autoComplete="off"
        />
      );
  }
}

/** A number as the schema wants it: amounts stay text, a lone minus is no number yet. */
function read(typed: string, widget: 'amount' | 'integer'): unknown {
  if (typed === '' || typed === '-') return undefined;
  return widget === 'amount' ? typed : Number(typed);
}
