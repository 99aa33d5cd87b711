// What a tree means, counted while one types: the newest question wins, old numbers stay until it is answered.
import { useEffect, useState } from 'react';
import { ApiError, type Preview, previewSegment } from '../api';
import { t } from '../i18n';
import { isFilled, lines } from './tree';
import type { SegmentGroup } from './types';

const PAUSE_MS = 250;

export type Previewed = {
  preview: Preview | null;
  counting: boolean;
  /** Lines that are wrong or not filled in, by address. */
  errors: ReadonlyMap<string, string>;
  /** Why there is no count, where it is not a line's fault. */
  failure: string | null;
  again: () => void;
};

type Found = Omit<Previewed, 'again'>;
const NONE: ReadonlyMap<string, string> = new Map();

export function usePreview(tree: SegmentGroup): Previewed {
  const [found, setFound] = useState<Found>({ preview: null, counting: true, errors: NONE, failure: null });
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    if (!isFilled(tree)) {
      setFound((before) => ({ ...before, counting: false, failure: null, errors: NONE }));
      return;
    }
    const stop = new AbortController();
    setFound((before) => ({ ...before, counting: true }));
    const timer = setTimeout(() => {
      previewSegment(tree, stop.signal).then(
        (preview) => setFound({ preview, counting: false, errors: NONE, failure: null }),
        (error: unknown) => {
          if (!stop.signal.aborted) setFound((before) => ({ ...before, counting: false, ...explain(error, tree) }));
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [tree, round]);

  return { ...found, again: () => setRound((before) => before + 1) };
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
