// Moves one of a list's elements; pure.

/** The list with the element at `place` moved by `by` places; as it is where that is beyond its ends. */
export function moved<T>(list: readonly T[], place: number, by: number): T[] {
  const next = [...list];
  const target = place + by;
  if (target < 0 || target >= next.length) return next;
  next.splice(target, 0, ...next.splice(place, 1));
  return next;
}
