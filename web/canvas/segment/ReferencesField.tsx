// The things that a condition names: chosen ones can be taken off, the others are found by typing.
import { useEffect, useState } from 'react';
import type { Thing } from '../api';
import { t } from '../i18n';
import { makerOf } from '../ui/makers';
import { useChoices } from '../ui/useChoices';
import { useBuilder } from './Builder';
import { Picked } from './Picked';
import type { LeafValue } from './types';

type Props = {
  title: string;
  source: string;
  value: LeafValue;
  /** One only: another choice takes its place. */
  single?: boolean;
  /** What stands there while nothing is chosen. */
  none?: string;
  invalid: boolean;
  describedBy?: string | undefined;
  onChange: (value: LeafValue) => void;
};

export function ReferencesField(props: Props) {
  const { title, source, value, none = t('Choose'), invalid, onChange } = props;
  const { known } = useBuilder();
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const [round, setRound] = useState(0);
  const { items, more, loading, error } = useChoices<Thing>(open ? source : null, words, round);
  const chosen = Array.isArray(value) ? value : typeof value === 'object' ? [] : [value];
  const left = items.filter((item) => !chosen.includes(item.id));

  // Back from the page where a new one was made: the list should have it.
  useEffect(() => {
    if (!open) return;
    const again = () => setRound((before) => before + 1);
    addEventListener('focus', again);
    return () => removeEventListener('focus', again);
  }, [open]);

  return (
    <Picked
      title={title}
      chosen={chosen}
      nameOf={(id) => known.nameOf(source, id)}
      isGone={(id) => known.isGone(source, id)}
      options={left}
      words={words}
      onWords={setWords}
      onOpen={setOpen}
      placeholder={chosen.length === 0 ? none : props.single ? '' : t('Add')}
      loading={loading}
      more={more}
      trouble={error}
      maker={makerOf(source)}
      invalid={invalid}
      describedBy={props.describedBy}
      onPick={({ id, name }) => {
        known.keep(source, id, name);
        onChange(props.single ? [id] : [...chosen, id]);
      }}
      onTake={onChange}
      single={props.single ?? false}
    />
  );
}
