// A field to type into and pick from a list: the combobox of the ARIA practices, its list above everything else.
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { t, tn } from '../i18n';
import { Icon } from './Icon';

export type Option = { id: string | number; name: string; hint?: string | null; group?: string };

type Props = {
  label: string;
  /** What the words have found, in the order of their groups. */
  options: readonly Option[];
  words: string;
  onWords: (words: string) => void;
  onPick: (option: Option) => void;
  /** What stands in the field while the list is closed; the option of this id is where the list opens. */
  shown?: string;
  current?: string | number | null;
  placeholder?: string;
  loading?: boolean;
  /** There are more than the list shows: typing finds them. */
  more?: boolean;
  trouble?: string | null;
  /** The page that makes a new one. */
  maker?: string | undefined;
  /** What is told of the option in hand, beneath the list. */
  about?: (option: Option) => ReactNode;
  invalid?: boolean;
  describedBy?: string | undefined;
  onOpen?: (open: boolean) => void;
  /** Backspace in an empty field. */
  onErase?: () => void;
};

const LIST_HEIGHT = 300;

export function Combobox(props: Props) {
  const { options, words, onWords, onPick } = props;
  const id = useId();
  const [open, setOpen] = useState(false);
  const [index, setIndex] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const active = options[Math.min(index, options.length - 1)];

  function show(next: boolean): void {
    if (next === open) return;
    setOpen(next);
    onWords('');
    setIndex(
      Math.max(
        0,
        options.findIndex((each) => each.id === props.current),
      ),
    );
    props.onOpen?.(next);
  }

  function pick(option: Option): void {
    onPick(option);
    setIndex(0);
    show(false);
  }

  useLayoutEffect(() => {
    const [list, field] = [popup.current, input.current?.parentElement];
    if (!open || !list || !field) return;
    list.showPopover();
    const put = () => {
      const box = field.getBoundingClientRect();
      const above = box.bottom + LIST_HEIGHT > innerHeight && box.top > innerHeight - box.bottom;
      list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - list.offsetWidth - 8))}px`;
      list.style.top = above ? '' : `${box.bottom + 4}px`;
      list.style.bottom = above ? `${innerHeight - box.top + 4}px` : '';
    };
    put();
    addEventListener('scroll', put, true);
    addEventListener('resize', put);
    return () => {
      removeEventListener('scroll', put, true);
      removeEventListener('resize', put);
    };
  }, [open]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the option in hand stays in view
  useEffect(() => {
    if (open) popup.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [open, active?.id]);

  function onKeyDown(event: React.KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && !open) show(true);
    else if (step !== undefined)
      setIndex((Math.min(index, options.length - 1) + step + options.length) % Math.max(options.length, 1));
    else if (event.key === 'Enter' && open) active && pick(active);
    else if (event.key === 'Enter') show(true);
    else if (event.key === 'Escape' && open) show(false);
    else if (event.key === 'Backspace' && input.current?.value === '' && props.onErase) props.onErase();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <>
      <input
        ref={input}
        className="cv-combo"
        role="combobox"
        autoComplete="off"
        aria-label={props.label}
        aria-expanded={open}
        aria-controls={open ? `${id}-list` : undefined}
        aria-autocomplete="list"
        aria-activedescendant={open && active ? `${id}-${active.id}` : undefined}
        aria-invalid={props.invalid || undefined}
        aria-describedby={props.describedBy}
        placeholder={open ? t('Search') : props.placeholder}
        value={open ? words : (props.shown ?? '')}
        onClick={() => show(true)}
        onBlur={(event) => !popup.current?.contains(event.relatedTarget) && show(false)}
        onKeyDown={onKeyDown}
        onChange={({ target }) => {
          // The first letter takes the place of what stood there.
          const typed = open ? target.value : target.value.replace(props.shown ?? '', '');
          if (!open) show(true);
          setIndex(0);
          onWords(typed);
        }}
      />
      {props.shown !== undefined && <Icon name="chevron-down" size={14} />}
      {open && (
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps the focus in the field, where the keys go
        <div
          ref={popup}
          className="cv-combo-l"
          popover="manual"
          onMouseDown={(event) => event.preventDefault()}
          onBlur={(event) => event.relatedTarget !== input.current && show(false)}
        >
          <div id={`${id}-list`} role="listbox" aria-label={props.label} className="cv-combo-o">
            {groupsOf(options).map(([group, members]) => (
              // biome-ignore lint/a11y/useSemanticElements: options of a list box are grouped by role
              <div key={group} role="group" aria-label={group || props.label}>
                {group && (
                  <div className="cv-combo-g" aria-hidden="true">
                    {group}
                  </div>
                )}
                {members.map((option) => (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the field, which holds the focus
                  <div
                    key={option.id}
                    id={`${id}-${option.id}`}
                    role="option"
                    tabIndex={-1}
                    aria-selected={option === active}
                    className="cv-combo-i"
                    onClick={() => pick(option)}
                  >
                    <span>{option.name}</span>
                    {option.hint && <span className="s t3">{option.hint}</span>}
                  </div>
                ))}
              </div>
            ))}
          </div>
          {options.length === 0 && (
            <p className="s t2 cv-combo-n">
              {props.trouble ??
                (props.loading
                  ? t('Loading…')
                  : words
                    ? t('Nothing has “{words}” in its name', { words })
                    : t('There is nothing to choose yet'))}
            </p>
          )}
          {props.more && <p className="s t3 cv-combo-n">{t('There are more: type to find them')}</p>}
          {active && props.about && <div className="s t2 cv-combo-a">{props.about(active)}</div>}
          {props.maker && (
            <a className="cv-combo-i cv-combo-m" href={props.maker} target="_blank" rel="noreferrer">
              <Icon name="plus" size={14} /> {t('New…')}
            </a>
          )}
          <span className="visually-hidden" role="status">
            {tn('{n} found', '{n} found', options.length)}
          </span>
        </div>
      )}
    </>
  );
}

function groupsOf(options: readonly Option[]): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  for (const each of options) groups.set(each.group ?? '', [...(groups.get(each.group ?? '') ?? []), each]);
  return [...groups];
}
