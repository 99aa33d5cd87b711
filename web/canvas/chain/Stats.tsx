// The four numbers of a step in a run; each opens the customers behind it.
import type { StepCounts } from '../api';
import { whole } from '../format';
import { t } from '../i18n';

const sumOf = (out: Record<string, number>): number => Object.values(out).reduce((sum, count) => sum + count, 0);

export const NO_COUNTS: StepCounts = { in: 0, out: {}, waiting: 0, failed: 0 };

/** In = out + waiting + failed, so what is neither yet stands in the step: people are moving there now. */
export const isMoving = (counts: StepCounts): boolean => counts.in > sumOf(counts.out) + counts.waiting + counts.failed;

type Props = { run: number; step: string; title: string; counts: StepCounts };

export function Stats({ run, step, title, counts }: Props) {
  const numbers = [
    { way: 'in', label: t('In'), count: counts.in },
    { way: 'out', label: t('Out'), count: sumOf(counts.out) },
    { way: 'waiting', label: t('Waiting'), count: counts.waiting },
    { way: 'failed', label: t('Failed'), count: counts.failed },
  ];
  return (
    <div className="stats">
      {numbers.map(({ way, label, count }) => (
        <a
          key={way}
          className={count === 0 ? 'z' : way === 'failed' ? 'f' : ''}
          href={`/runs/${run}?node=${encodeURIComponent(step)}&way=${way}`}
          aria-label={t('{step}, {way}: {n} customers', { step: title, way: label, n: whole(count) })}
          data-way={way}
        >
          <span>{label}</span>
          <Changing value={whole(count)} />
        </a>
      ))}
    </div>
  );
}

/** Those whose trip ended at a step from which others went on. */
export function Ended({ run, step, counts }: { run: number; step: string; counts: StepCounts }) {
  const count = counts.out.end ?? 0;
  if (count === 0) return null;
  return (
    <a className="cv-ends tn" href={`/runs/${run}?node=${encodeURIComponent(step)}&way=out:end`}>
      {t('{n} end here', { n: whole(count) })}
    </a>
  );
}

/** A number that wears `accent-soft` for a moment after it changed; a new key starts the animation anew. */
function Changing({ value }: { value: string }) {
  return (
    <b key={value} className="cv-number">
      {value}
    </b>
  );
}
