// Local times of a zone that need not be the browser's.

/** "2026-11-21T09:00": a moment as a datetime field shows it in `zone`. */
export function localInput(moment: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(moment);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/** The moment at which clocks of `zone` show `local`; a time that a clock change skips moves on by what was skipped. */
export function momentInZone(local: string, zone: string): string {
  const asUtc = Date.parse(`${local}:00Z`);
  const offset = (at: number) => Date.parse(`${localInput(new Date(at), zone)}:00Z`) - at;
  const first = asUtc - offset(asUtc);
  const second = asUtc - offset(first);
  return new Date(localInput(new Date(second), zone) === local ? second : Math.max(first, second)).toISOString();
}
