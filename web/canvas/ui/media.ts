// Widths at which the canvas changes its shape, as a hook.
import { useSyncExternalStore } from 'react';

/** Up to 640 px the chain is an outline; up to 1099 px panels lie over the canvas. */
export const PHONE = '(max-width: 640px)';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}
