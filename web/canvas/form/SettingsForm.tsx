// A step's settings as a form, drawn from the JSON schema of its type.
import { useState } from 'react';
import type { FieldSchema, Settings, SettingsSchema } from '../graph/types';
import { t } from '../i18n';
import { Segmented } from '../ui/Segmented';
import { Field } from './Field';

export type FieldErrors = ReadonlyMap<string, string>;

type Props = {
  schema: SettingsSchema;
  settings: Settings;
  /** What is wrong, by place below the settings ("amount", "tree.all.0.value"). */
  errors: FieldErrors;
  onChange: (settings: Settings, field: string) => void;
};

export function SettingsForm({ schema, settings, errors, onChange }: Props) {
  const properties = schema.properties ?? {};
  const [chosen, setChosen] = useState<number | null>(null);
  // What was filled in an alternative before the person switched away from it, to be there when they come back.
  const [aside, setAside] = useState<Settings>({});
  const alternatives = schema['x-either'] ?? [];
  const either = alternatives.flat();
  const filled = alternatives.findIndex((names) => names.some((name) => settings[name] !== undefined));
  const active = chosen ?? Math.max(filled, 0);

  function set(name: string, value: unknown): void {
    const { [name]: _, ...rest } = settings;
    onChange(value === undefined ? rest : { ...rest, [name]: value }, name);
  }

  function switchTo(index: number): void {
    const leaving = alternatives[active] ?? [];
    const entering = alternatives[index] ?? [];
    const kept = Object.fromEntries(leaving.map((name) => [name, settings[name]]));
    const next = Object.fromEntries(
      [
        ...Object.entries(settings).filter(([name]) => !leaving.includes(name)),
        ...entering.map((name) => [name, aside[name] ?? properties[name]?.default] as const),
      ].filter(([, value]) => value !== undefined && value !== null),
    );
    setAside({ ...aside, ...kept });
    setChosen(index);
    onChange(next, 'either');
  }

  const field = (name: string) => {
    const declared = properties[name];
    if (!declared) return null;
    return (
      <Field
        key={name}
        name={name}
        schema={declared}
        required={either.includes(name) || (schema.required ?? []).includes(name)}
        value={settings[name]}
        error={errorAt(errors, name)}
        errors={errors}
        onChange={(value) => set(name, value)}
      />
    );
  };

  const order = [...new Set([...(schema['x-order'] ?? []), ...Object.keys(properties)])];
  const firstEither = order.find((name) => either.includes(name));
  return (
    <>
      {order.map((name) => {
        if (!either.includes(name)) return field(name);
        if (name !== firstEither) return null;
        return (
          <div key="either" className="cv-either">
            <Segmented
              label={t('Which of these')}
              wide
              value={String(active)}
              choices={alternatives.map((names, index) => ({
                key: String(index),
                title: titleOf(names, schema, properties),
              }))}
              onChange={(key) => switchTo(Number(key))}
            />
            {(alternatives[active] ?? []).map(field)}
          </div>
        );
      })}
    </>
  );
}

function titleOf(names: string[], schema: SettingsSchema, properties: Record<string, FieldSchema>): string {
  const titles = schema['x-either-titles'] ?? {};
  const given = titles[names.join(',')] ?? titles[names[0] ?? ''];
  return given ?? names.map((name) => properties[name]?.title ?? name).join(', ');
}

const errorAt = (errors: FieldErrors, name: string): string | undefined =>
  errors.get(name) ?? [...errors].find(([where]) => where.startsWith(`${name}.`))?.[1];
