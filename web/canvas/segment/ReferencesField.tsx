// The things that a condition names: chosen ones can be taken off, the others are found by typing.
import { useEffect, useState } from 'react';
import type { Thing } from '../api';
import { t } from '../i18n';
import { Combobox } from '../ui/Combobox';
import { Icon } from '../ui/Icon';
import { makerOf } from '../ui/makers';
import { useChoices } from '../ui/useChoices';
import { useBuilder } from './Builder';
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
    <span className={`field field-quiet cv-tags${invalid ? ' err' : ''}${chosen.length === 0 ? ' cv-unpicked' : ''}`}>
      {chosen.map((id) => {
        const name = known.nameOf(source, id);
        const gone = known.isGone(source, id);
        return (
          <span key={id} className={gone ? 'tag cv-gone' : 'tag'}>
            {gone ? t('{name}, deleted', { name }) : name}
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
      <Combobox
        label={t('Add to “{title}”', { title })}
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
        onErase={() => onChange(chosen.slice(0, -1))}
        onPick={({ id, name }) => {
          known.keep(source, id, name);
          onChange(props.single ? [id] : [...chosen, id]);
        }}
      />
    </span>
  );
}
