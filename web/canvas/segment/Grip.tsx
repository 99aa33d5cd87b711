// The grip of a line or a group: it is dragged by it, pressed it offers all that can be done, and keys do the same.
import { useRef, useState } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useBuilder } from './Builder';
import { DeedsMenu } from './DeedsMenu';
import { useDrag } from './drag';
import type { Deed } from './moves';
import type { Path } from './tree';

const DEEDS: Readonly<Record<string, Deed>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowRight: 'in',
  ArrowLeft: 'out',
  Delete: 'remove',
  'Ctrl+d': 'copy',
  'Ctrl+g': 'wrap',
};

export function Grip({ path, name }: { path: Path; name: string }) {
  const { act } = useBuilder();
  const { dragged, handlers } = useDrag(path);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="grip t3 cv-grip"
        data-grip={path.join('.')}
        aria-label={t('Move “{title}”', { title: name })}
        aria-describedby="cv-grip-keys"
        aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight Delete Control+D Control+G"
        aria-haspopup="menu"
        aria-expanded={open}
        title={t('Drag it, or press it to see all that can be done')}
        {...handlers}
        onClick={() => !dragged.current && setOpen(!open)}
        onKeyDown={(event) => {
          dragged.current = false;
          const deed = DEEDS[event.ctrlKey || event.metaKey ? `Ctrl+${event.key.toLowerCase()}` : event.key];
          if (!deed) return;
          event.preventDefault();
          event.stopPropagation();
          act(deed, path);
        }}
      >
        <Icon name="grip-vertical" size={14} />
      </button>
      {open && <DeedsMenu path={path} name={name} grip={button} onClose={() => setOpen(false)} />}
    </>
  );
}
