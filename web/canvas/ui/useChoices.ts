// Things to choose from, loaded from a collection of the API; searched on the server once there are more than a page.
import { useEffect, useState } from 'react';
import { type Choice, getChoices } from '../api';

export type Choices<T> = { items: T[]; more: boolean; loading: boolean; error: string | null };

/** A new `round` asks the server again. */
export function useChoices<T = Choice>(source: string | null, words = '', round = 0): Choices<T> {
  const [choices, setChoices] = useState<Choices<T>>({ items: [], more: false, loading: source !== null, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    if (source === null) return;
    let current = true;
    getChoices<T>(source, words).then(
      (answer) =>
        current && setChoices({ items: answer.items, more: answer.next !== null, loading: false, error: null }),
      (error: unknown) =>
        current &&
        setChoices((before) => ({ ...before, loading: false, error: error instanceof Error ? error.message : '' })),
    );
    return () => {
      current = false;
    };
  }, [source, words, round]);
  return choices;
}
