// What the counted customers hold: asked when their count is there, so that the count never waits for it. An estimate
// stands in for exact sums that take their time; what is not waited for any more is given up, in the database too.
import { useEffect, useRef, useState } from 'react';
import { askHoldings, estimateHoldings, type Holdings } from '../api';
import type { SegmentGroup } from './types';

const ESTIMATE_AFTER_MS = 300;
const SLOW_AFTER_MS = 1000;

type Found = {
  holdings: Holdings | null;
  /** The tree that they are of. */
  of: SegmentGroup | null;
  /** It takes long enough to say so and to offer to cancel. */
  slow: boolean;
  cancelled: boolean;
  failure: string | null;
};

export type Held = Omit<Found, 'of'> & {
  /** The numbers are those of an earlier tree. */
  old: boolean;
  again: () => void;
  cancel: () => void;
};

const CALM = { slow: false, cancelled: false, failure: null };

/** `counted`: how well the count of the tree is known by now. */
export function useHoldings(tree: SegmentGroup, counted: 'not' | 'roughly' | 'exactly'): Held {
  const [found, setFound] = useState<Found>({ ...CALM, holdings: null, of: null });
  const [round, setRound] = useState(0);
  const stop = useRef<AbortController | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    setFound((before) => ({ ...before, ...CALM }));
    if (counted === 'not') return;
    const asked = new AbortController();
    stop.current = asked;
    const timers: number[] = [];
    const later = (ms: number, act: () => void) =>
      timers.push(window.setTimeout(() => asked.signal.aborted || act(), ms));
    const estimate = () =>
      estimateHoldings(tree, asked.signal).then(
        (holdings) => asked.signal.aborted || setFound((before) => ({ ...before, holdings, of: tree })),
        // The exact sums are asked for in any case, and tell their troubles.
        () => undefined,
      );
    if (counted === 'roughly') void estimate();
    else {
      later(ESTIMATE_AFTER_MS, estimate);
      later(SLOW_AFTER_MS, () => setFound((before) => ({ ...before, slow: true })));
      askHoldings(tree, asked.signal).then(
        (holdings) => {
          asked.abort();
          setFound({ ...CALM, holdings, of: tree });
        },
        (error: unknown) => {
          if (asked.signal.aborted) return;
          asked.abort();
          const failure = error instanceof Error ? error.message : String(error);
          setFound((before) => ({ ...before, ...CALM, failure }));
        },
      );
    }
    return () => {
      timers.forEach(clearTimeout);
      asked.abort();
    };
  }, [tree, counted, round]);

  function cancel(): void {
    stop.current?.abort();
    setFound((before) => ({ ...before, ...CALM, cancelled: true }));
  }

  const { of, ...shown } = found;
  return { ...shown, old: of !== tree, again: () => setRound((before) => before + 1), cancel };
}
