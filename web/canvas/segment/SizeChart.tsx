// How many were in the segment day by day: a small line, and the numbers a click away.
import type { Size } from '../api';
import { day, whole } from '../format';
import { t, tn } from '../i18n';
import { line } from './line';

const [WIDTH, HEIGHT] = [284, 56];
const DAYS = 84;

export function SizeChart({ sizes }: { sizes: readonly Size[] }) {
  const shown = sizes.slice(-DAYS);
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last) return <p className="s t3">{t('Counted each day; the first number comes soon.')}</p>;
  if (shown.length === 1)
    return (
      <p className="s t2 cv-once">
        {tn('{n} customer on {day}. ', '{n} customers on {day}. ', last.count, {
          n: whole(last.count),
          day: day(last.day),
        })}
        {t('Counted each day: a line begins with the second.')}
      </p>
    );
  const grown = last.count - first.count;
  const since = `${grown > 0 ? '+' : ''}${whole(grown)}`;
  const points = line(shown, WIDTH, HEIGHT);
  const [x, y] = points.split(' ').at(-1)?.split(',') ?? [];
  return (
    <>
      <div className="over row-flex">
        {t('Size, day by day')}
        <span className="s t2 tn cv-end">{t('{n} since {day}', { n: since, day: day(first.day) })}</span>
      </div>
      <svg
        className="cv-line"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t('From {a} on {from} to {b} on {to}', {
          a: whole(first.count),
          from: day(first.day),
          b: whole(last.count),
          to: day(last.day),
        })}
      >
        <polygon points={`${points.split(',')[0]},${HEIGHT} ${points} ${x},${HEIGHT}`} />
        <polyline points={points} />
        <circle cx={x} cy={y} r="3" />
      </svg>
      <details className="cv-numbers">
        <summary className="s">{t('As a table')}</summary>
        <table className="tb tight">
          <thead>
            <tr>
              <th>{t('Day')}</th>
              <th className="num">{t('Customers')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.toReversed().map((size) => (
              <tr key={size.day}>
                <td>{day(size.day)}</td>
                <td className="num">{whole(size.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
