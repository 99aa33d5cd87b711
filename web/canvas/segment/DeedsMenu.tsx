// All that can be done with a line or a group, opened by its grip; what would change nothing is greyed out.
import { type RefObject, useLayoutEffect, useRef } from 'react';
import { t } from '../i18n';
import { useBuilder } from './Builder';
import { type Deed, done } from './moves';
import type { Path } from './tree';

type Props = { path: Path; name: string; grip: RefObject<HTMLButtonElement | null>; onClose: () => void };

const offered = (): { deed: Deed; title: string; keys: string }[] => [
  { deed: 'up', title: t('Move up'), keys: '↑' },
  { deed: 'down', title: t('Move down'), keys: '↓' },
  { deed: 'in', title: t('Into the group beside it'), keys: '→' },
  { deed: 'out', title: t('Out of its group'), keys: '←' },
  { deed: 'wrap', title: t('Into a group of its own'), keys: 'Ctrl+G' },
  { deed: 'copy', title: t('Duplicate'), keys: 'Ctrl+D' },
  { deed: 'remove', title: t('Remove'), keys: t('Delete') },
];

export function DeedsMenu({ path, name, grip, onClose }: Props) {
  const { tree, act } = useBuilder();
  const menu = useRef<HTMLDivElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: it is opened once, and follows its grip
  useLayoutEffect(() => {
    const [list, button] = [menu.current, grip.current];
    if (!list || !button) return;
    list.showPopover();
    const put = () => {
      const box = button.getBoundingClientRect();
      const below = box.bottom + list.offsetHeight + 8 <= innerHeight;
      list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - list.offsetWidth - 8))}px`;
      list.style.top = `${below ? box.bottom + 4 : Math.max(8, box.top - list.offsetHeight - 4)}px`;
    };
    put();
    list.querySelector<HTMLElement>('button:enabled')?.focus({ preventScroll: true });
    const press = ({ target }: Event) => [list, button].some((each) => each.contains(target as Node)) || onClose();
    addEventListener('pointerdown', press, true);
    addEventListener('scroll', put, true);
    addEventListener('resize', put);
    return () => {
      removeEventListener('pointerdown', press, true);
      removeEventListener('scroll', put, true);
      removeEventListener('resize', put);
    };
  }, []);

  function leave(): void {
    grip.current?.focus();
    onClose();
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('button:enabled') ?? [])];
    const place = items.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: -1 }[event.key];
    if (next !== undefined) items.at(next % items.length)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={menu}
      className="cv-combo-l cv-deeds"
      popover="manual"
      role="menu"
      aria-label={t('What to do with “{title}”', { title: name })}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {offered().map(({ deed, title, keys }) => (
        <button
          key={deed}
          type="button"
          role="menuitem"
          className="cv-combo-i"
          disabled={done(tree, deed, path)[0] === tree}
          onClick={() => {
            onClose();
            act(deed, path);
          }}
        >
          {title}
          <span className="s t3">{keys}</span>
        </button>
      ))}
    </div>
  );
}
