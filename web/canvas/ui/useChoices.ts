// Things to choose from, loaded from a collection of the API; searched on the server once there are more than a page.
import { useEffect, useState } from 'react';
import { type Choice, getChoices } from '../api';

const PAUSE_MS = 150;

export type Choices<T> = { items: T[]; more: boolean; loading: boolean; error: string | null };

/** A new `round` asks the server again. */
export function useChoices<T = Choice>(source: string | null, words = '', round = 0): Choices<T> {
  const [choices, setChoices] = useState<Choices<T>>({ items: [], more: false, loading: source !== null, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    if (source === null) return;
    let current = true;
    setChoices((before) => ({ ...before, loading: true }));
    const ask = () =>
      getChoices<T>(source, words).then(
        (answer) =>
          current && setChoices({ items: answer.items, more: answer.next !== null, loading: false, error: null }),
        (error: unknown) =>
          current &&
          setChoices((before) => ({ ...before, loading: false, error: error instanceof Error ? error.message : '' })),
      );
    const timer = setTimeout(() => void ask(), words === '' ? 0 : PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [source, words, round]);
  return choices;
}
