// What is shown while something loads, when it has, and when it could not: nothing, then grey bars, then the thing.
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { Failure } from './Failure';

const BARS_AFTER_MS = 300;

type Props<T> = { title: string; load: () => Promise<T>; render: (value: T) => ReactNode };

export function Loaded<T>({ title, load, render }: Props<T>) {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [slow, setSlow] = useState(false);

  const start = useCallback(() => {
    setError(null);
    load().then(setValue, (reason: unknown) => setError(reason instanceof Error ? reason.message : String(reason)));
  }, [load]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: loads once; a new function is not a new thing to load
  useEffect(() => {
    start();
    const timer = setTimeout(() => setSlow(true), BARS_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);

  if (value !== null) return render(value);
  if (error !== null) return <Failure title={title} message={error} onRetry={start} />;
  return slow ? (
    <div className="cv-loading" aria-busy="true">
      <div className="sk" style={{ width: '30%' }} />
      <div className="sk" style={{ width: '70%' }} />
      <div className="sk" style={{ width: '50%' }} />
    </div>
  ) : null;
}
