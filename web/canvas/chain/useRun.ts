// A run's numbers, asked for every two seconds while it is going on; old numbers stay when an answer fails.
import { useEffect, useState } from 'react';
import { ApiError, getRun, type Run } from '../api';

const EVERY_MS = 2000;

export type LiveRun = { run: Run | null; at: Date | null; error: string | null };

export function useRun(id: number | null): LiveRun & { refresh: () => void } {
  const [live, setLive] = useState<LiveRun>({ run: null, at: null, error: null });
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    if (id === null) return;
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function ask(run: number): Promise<void> {
      try {
        const answer = await getRun(run, stop.signal);
        setLive({ run: answer, at: new Date(), error: null });
        if (answer.status === 'going_on') timer = setTimeout(() => void ask(run), EVERY_MS);
      } catch (error) {
        if (stop.signal.aborted) return;
        setLive((before) => ({ ...before, error: error instanceof Error ? error.message : String(error) }));
        if (error instanceof ApiError && error.status === 0) timer = setTimeout(() => void ask(run), EVERY_MS);
      }
    }
    void ask(id);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [id, round]);

  return { ...live, refresh: () => setRound((before) => before + 1) };
}
