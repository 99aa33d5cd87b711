// What a tree means, counted while one types: the newest question wins, an estimate stands in for an exact count that
// takes its time, and what is not waited for any more is given up, here and in the database.
import { useEffect, useRef, useState } from 'react';
import { ApiError, estimateSegment, type Preview, previewSegment } from '../api';
import { t } from '../i18n';
import { isFilled, lines } from './tree';
import type { SegmentGroup } from './types';

const PAUSE_MS = 250;
const ESTIMATE_AFTER_MS = 300;
const SLOW_AFTER_MS = 1000;

type Found = {
  /** The newest numbers: an estimate, or the exact ones. */
  preview: Preview | null;
  /** The tree that they are of. */
  of: SegmentGroup | null;
  /** The last exact ones, with the first customers. */
  exact: Preview | null;
  counting: boolean;
  /** It takes long enough to say so and to offer to cancel. */
  slow: boolean;
  cancelled: boolean;
  /** Lines that are wrong or not filled in, by address. */
  errors: ReadonlyMap<string, string>;
  /** Why there is no count, where it is not a line's fault. */
  failure: string | null;
};

export type Previewed = Omit<Found, 'of'> & {
  /** The numbers are those of an earlier tree. */
  old: boolean;
  again: () => void;
  cancel: () => void;
};

const NONE: ReadonlyMap<string, string> = new Map();
const CALM = { counting: false, slow: false, cancelled: false, errors: NONE, failure: null };

export function usePreview(tree: SegmentGroup): Previewed {
  const [found, setFound] = useState<Found>({ ...CALM, preview: null, of: null, exact: null, counting: true });
  const [round, setRound] = useState(0);
  const stop = useRef<AbortController | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    const filled = isFilled(tree);
    setFound((before) => ({ ...before, ...CALM, counting: filled }));
    if (!filled) return;
    const asked = new AbortController();
    stop.current = asked;
    const timers: number[] = [];
    const later = (ms: number, act: () => void) =>
      timers.push(window.setTimeout(() => asked.signal.aborted || act(), ms));
    const rest = () => timers.forEach(clearTimeout);
    later(PAUSE_MS, () => {
      previewSegment(tree, asked.signal).then(
        (exact) => {
          rest();
          asked.abort();
          setFound({ ...CALM, preview: exact, of: tree, exact });
        },
        (error: unknown) => {
          if (asked.signal.aborted) return;
          rest();
          asked.abort();
          setFound((before) => ({ ...before, ...CALM, ...explain(error, tree) }));
        },
      );
    });
    later(PAUSE_MS + ESTIMATE_AFTER_MS, () => {
      estimateSegment(tree, asked.signal).then(
        (preview) => asked.signal.aborted || setFound((before) => ({ ...before, preview, of: tree })),
        // The exact count is still on its way, and tells its own troubles.
        () => undefined,
      );
    });
    later(PAUSE_MS + SLOW_AFTER_MS, () => setFound((before) => ({ ...before, slow: true })));
    return () => {
      rest();
      asked.abort();
    };
  }, [tree, round]);

  function cancel(): void {
    stop.current?.abort();
    setFound((before) => ({ ...before, ...CALM, cancelled: true }));
  }

  const { of, ...shown } = found;
  return { ...shown, old: of !== tree, again: () => setRound((before) => before + 1), cancel };
}

/** Lines without a value: told only once the person asks for more than typing (saving, say). */
export const unfilled = (root: SegmentGroup): ReadonlyMap<string, string> =>
  new Map(lines(root).flatMap(({ where, leaf }) => (isFilled(leaf) ? [] : [[where, t('Write a value')] as const])));

/** Places as the API writes them ("tree.all.0.value") brought to lines ("all.0"). */
export function errorsByLine(error: unknown, root: SegmentGroup): ReadonlyMap<string, string> {
  if (!(error instanceof ApiError)) return NONE;
  return new Map(
    error.errors.flatMap(({ where, message }) => {
      const place = where.replace(/^tree\./, '');
      const line = lines(root).find((each) => place === each.where || place.startsWith(`${each.where}.`));
      return line ? [[line.where, message] as const] : [];
    }),
  );
}

function explain(error: unknown, tree: SegmentGroup): Pick<Found, 'errors' | 'failure'> {
  const errors = errorsByLine(error, tree);
  return { errors, failure: errors.size > 0 ? null : error instanceof Error ? error.message : String(error) };
}
