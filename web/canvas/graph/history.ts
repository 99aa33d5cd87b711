// Undo and redo over any value: a past, a present and a future; changes with the same mark join into one step.

const STEPS_MAX = 200;

export type History<T> = { past: readonly T[]; present: T; future: readonly T[]; mark: string | null };

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [], mark: null });

/** Makes `next` the present. With a `mark` equal to that of the change before, both are undone together. */
export function change<T>(history: History<T>, next: T, mark: string | null = null): History<T> {
  if (next === history.present) return history;
  const joins = mark !== null && mark === history.mark;
  const past = joins ? history.past : [...history.past, history.present].slice(-STEPS_MAX);
  return { past, present: next, future: [], mark };
}

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], mark: null };
}

export function redo<T>(history: History<T>): History<T> {
  const [after, ...future] = history.future;
  if (after === undefined) return history;
  return { past: [...history.past, history.present], present: after, future, mark: null };
}
