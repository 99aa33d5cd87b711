// Dragging by mouse, pen or finger alike: what is dragged goes before the place beneath the pointer.
import { useRef } from 'react';
import { useBuilder } from './Builder';
import { move, type Path } from './tree';

/** A press that moves less is no drag. */
const FAR_PX = 6;

/** What lets a grip drag the line or group at `path`. `dragged` tells a click that a drag ended there from others. */
export function useDrag(path: Path) {
  const { tree, change, drag, setDrag } = useBuilder();
  const from = useRef<{ x: number; y: number } | null>(null);
  const dragged = useRef(false);

  function end(): void {
    from.current = null;
    setDrag(null);
  }

  const handlers = {
    onPointerDown: (event: React.PointerEvent) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, y: event.clientY };
      dragged.current = false;
    },
    onPointerMove: (event: React.PointerEvent) => {
      if (!from.current) return;
      const way = Math.hypot(event.clientX - from.current.x, event.clientY - from.current.y);
      if (!dragged.current && way < FAR_PX) return;
      dragged.current = true;
      const place = event.currentTarget.closest('.cv-builder');
      const found = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('[data-place]');
      const over = found && place?.contains(found) ? (found.dataset.place ?? null) : null;
      if (drag?.from === path.join('.') && drag.over === over) return;
      setDrag({ from: path.join('.'), over });
      // Beneath the finger is the edge of the page sooner or later: what comes next is brought into view.
      found?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    },
    onPointerUp: () => {
      if (dragged.current && drag?.over) change(move(tree, path, drag.over.split('.').map(Number)));
      end();
    },
    onPointerCancel: end,
  };
  return { dragged, handlers };
}

/** How a place that things are dropped before is marked, and how it looks meanwhile. */
export function useDrop(path: Path): { attributes: { 'data-place': string }; look: string } {
  const { drag } = useBuilder();
  const place = path.join('.');
  const look = drag?.from === place ? ' cv-dragged' : drag?.over === place ? ' cv-over' : '';
  return { attributes: { 'data-place': place }, look };
}
