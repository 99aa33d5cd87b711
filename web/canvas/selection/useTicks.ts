// The table's ticks and red crosses: what is clicked is kept by the server at once, and counted there.
import { useEffect, useState } from 'react';
import { dropMember, putTicks, type Sizes } from './api';

type Ticks = { sizes: Sizes; failure: string | null; everybody: (on: boolean) => void };

export function useTicks(id: number, first: Sizes): Ticks {
  const [sizes, setSizes] = useState(first);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    const table = document.getElementById('selection-rows');
    const tick = (event: Event) => {
      const box = event.target;
      if (!(box instanceof HTMLInputElement) || !box.dataset.tick) return;
      const { checked } = box;
      putTicks(id, checked, [Number(box.dataset.tick)]).then(
        (counted) => {
          setSizes(counted);
          setFailure(null);
        },
        (error: unknown) => {
          box.checked = !checked;
          setFailure(messageOf(error));
        },
      );
    };
    const drop = (event: Event) => {
      const button = event.target instanceof Element && event.target.closest<HTMLElement>('[data-drop-member]');
      if (!button) return;
      dropMember(id, Number(button.dataset.dropMember)).then(
        (counted) => {
          setSizes(counted);
          setFailure(null);
          const row = button.closest('tr');
          const next = row?.nextElementSibling ?? row?.previousElementSibling;
          row?.remove();
          next?.querySelector<HTMLElement>('[data-drop-member]')?.focus();
        },
        (error: unknown) => setFailure(messageOf(error)),
      );
    };
    table?.addEventListener('change', tick);
    table?.addEventListener('click', drop);
    return () => {
      table?.removeEventListener('change', tick);
      table?.removeEventListener('click', drop);
    };
  }, [id]);

  function everybody(on: boolean): void {
    putTicks(id, on).then(
      (counted) => {
        setSizes(counted);
        setFailure(null);
        for (const box of document.querySelectorAll<HTMLInputElement>('[data-tick]')) box.checked = on;
      },
      (error: unknown) => setFailure(messageOf(error)),
    );
  }
  return { sizes, failure, everybody };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
