// The grip of a line or a group: it is dragged by it, and with the focus on it keys move, copy and remove it.
import { useState } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { type Deed, useBuilder } from './Builder';
import { move, type Path } from './tree';

const DRAGGED = 'application/x-catena-condition';

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
  return (
    <button
      type="button"
      className="grip t3 cv-grip"
      draggable
      data-grip={path.join('.')}
      aria-label={t('Move “{title}”', { title: name })}
      aria-describedby="cv-grip-keys"
      aria-keyshortcuts="ArrowUp ArrowDown ArrowLeft ArrowRight Delete Control+D Control+G"
      title={t(
        'Drag it, or: arrows move, right into the group beside it, left out · Ctrl+D copy · Ctrl+G group · Delete',
      )}
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, path.join('.'))}
      onKeyDown={(event) => {
        const deed = DEEDS[event.ctrlKey || event.metaKey ? `Ctrl+${event.key.toLowerCase()}` : event.key];
        if (!deed) return;
        event.preventDefault();
        event.stopPropagation();
        act(deed, path);
      }}
    >
      <Icon name="grip-vertical" size={14} />
    </button>
  );
}

/** What lets a thing be dropped before the place of `path`. */
export function useDrop(path: Path) {
  const { tree, change } = useBuilder();
  const [over, setOver] = useState(false);
  const handlers = {
    onDragOver: (event: React.DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: React.DragEvent) => {
      event.preventDefault();
      setOver(false);
      const from = event.dataTransfer.getData(DRAGGED);
      if (from) change(move(tree, from.split('.').map(Number), path));
    },
  };
  return { over, handlers };
}
