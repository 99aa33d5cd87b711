// One or more of a few words, kept in the order in which they are offered.
import { useState } from 'react';
import { t } from '../i18n';
import { Picked } from './Picked';
import type { LeafValue, ValueKind } from './types';

type Props = {
  title: string;
  choices: NonNullable<ValueKind['choices']>;
  value: LeafValue;
  /** What stands there while nothing is chosen. */
  none: string;
  invalid: boolean;
  describedBy?: string | undefined;
  onChange: (value: LeafValue) => void;
};

export function ChoicesField({ title, choices, value, none, invalid, describedBy, onChange }: Props) {
  const [words, setWords] = useState('');
  const chosen = choices.map(({ key }) => key).filter((key) => [value].flat().includes(key));
  const left = choices.filter((each) => !chosen.includes(each.key));
  const found = left.filter((each) => each.title.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase()));
  return (
    <Picked
      title={title}
      chosen={chosen}
      nameOf={(key) => choices.find((each) => each.key === key)?.title ?? key}
      options={found.map((each) => ({ id: each.key, name: each.title }))}
      words={words}
      onWords={setWords}
      placeholder={chosen.length === 0 ? none : left.length > 0 ? t('Add') : ''}
      trouble={left.length === 0 ? t('All of them are chosen') : null}
      invalid={invalid}
      describedBy={describedBy}
      onPick={({ id }) => onChange(choices.map(({ key }) => key).filter((key) => key === id || chosen.includes(key)))}
      onTake={onChange}
    />
  );
}
