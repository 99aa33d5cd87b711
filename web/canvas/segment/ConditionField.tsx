// What a line asks: the conditions by group, found by any word of theirs, with what each one means.
import { useState } from 'react';
import { t } from '../i18n';
import { Combobox } from '../ui/Combobox';
import { useBuilder } from './Builder';
import type { Condition } from './types';

type Props = { current: Condition | undefined; name: string; onChange: (condition: Condition) => void };

export function ConditionField({ current, name, onChange }: Props) {
  const { conditions, byKey } = useBuilder();
  const [words, setWords] = useState('');
  const options = conditions.items
    .filter((each) => found(each, words))
    .map(({ key, title, group }) => ({ id: key, name: title, group }));
  return (
    <span className="field field-quiet cv-what">
      <Combobox
        label={t('Condition')}
        options={options}
        words={words}
        onWords={setWords}
        shown={name}
        current={current?.key ?? null}
        onPick={({ id }) => {
          const chosen = byKey.get(String(id));
          if (chosen && chosen !== current) onChange(chosen);
        }}
        about={({ id }) => {
          const condition = byKey.get(String(id));
          return (
            condition && (
              <>
                {condition.help} {condition.not_known ?? t('It is known of everybody.')}
              </>
            )
          );
        }}
      />
    </span>
  );
}

function found({ title, group, help }: Condition, words: string): boolean {
  const text = `${title} ${group} ${help}`.toLocaleLowerCase();
  return words
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
