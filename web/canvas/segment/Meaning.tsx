// How many customers the conditions mean, what part of the base and of its money that is, and what they spend at a time.
import { amount, seconds, share, whole } from '../format';
import { t, tn } from '../i18n';
import { useCurrencySign } from '../organisation';
import { useCalm } from '../ui/useCalm';
import { about } from './about';
import { Holdings } from './Holdings';
import { isFilled } from './tree';
import type { SegmentGroup } from './types';
import type { Previewed } from './usePreview';

export function Meaning(previewed: Previewed & { tree: SegmentGroup }) {
  const { preview, counting, old, slow, cancelled, failure, again, cancel, tree } = previewed;
  const sign = useCurrencySign();
  const exact = preview?.margin === null;
  const fade = old && counting ? ' cv-old' : '';
  const said = useCalm(preview && !old ? countWords(preview.count, preview.margin) : '');
  const money = (value: string | null) => (value === null ? '–' : amount(value));
  return (
    <aside className="card cnt" aria-label={t('In the segment')}>
      <div className="card-b">
        <div className="over row-flex">
          {t('In the segment')}
          <span className="s t3 tn cv-end">{how(previewed)}</span>
        </div>
        {preview ? (
          <>
            <div
              className={`key${fade}`}
              data-segment-count={exact && !old ? preview.count : undefined}
              data-segment-estimate={!exact && !old ? preview.count : undefined}
            >
              {about(preview.count, preview.margin)} <small>{tn('customer', 'customers', preview.count)}</small>
            </div>
            <Share
              label={t('of the base, {n} customers', { n: whole(preview.total) })}
              part={preview.count}
              total={preview.total}
              rough={!exact}
              fade={fade}
            />
            <Share
              label={t('of revenue, all time')}
              part={Number(preview.bought.sum)}
              total={Number(preview.base.sum)}
              rough={!exact}
              fade={fade}
            />
            <dl className={`cv-facts${fade}`}>
              <dt>{sign ? `${t('Average receipt')}, ${sign}` : t('Average receipt')}</dt>
              <dd>{money(preview.bought.average_receipt)}</dd>
              <dt className="t3">{t('of the whole base')}</dt>
              <dd className="t2">{money(preview.base.average_receipt)}</dd>
            </dl>
          </>
        ) : (
          !failure && (
            <>
              <div className="sk" style={{ width: '60%' }} />
              <div className="sk" />
            </>
          )
        )}
        {!isFilled(tree) && <p className="hint">{t('Counted again when every condition has its value.')}</p>}
        {counting && slow && (
          <div className="row-flex cv-wait">
            <span className="s t2">
              {preview
                ? tn('Counting over {n} customer…', 'Counting over {n} customers…', preview.total, {
                    n: whole(preview.total),
                  })
                : t('Counting…')}
            </span>
            <button type="button" className="btn btn-sm cv-end" onClick={cancel}>
              {t('Cancel')}
            </button>
          </div>
        )}
        {cancelled && (
          <div className="row-flex cv-wait">
            <span className="s t2">{t('The exact count was cancelled.')}</span>
            <button type="button" className="btn btn-sm cv-end" onClick={again}>
              {t('Count')}
            </button>
          </div>
        )}
        {failure && (
          <div role="alert">
            <p className="bad">{failure}</p>
            <button type="button" className="btn btn-sm" onClick={again}>
              {t('Count again')}
            </button>
          </div>
        )}
        <Holdings {...previewed} />
        <span className="visually-hidden" role="status">
          {said}
        </span>
      </div>
    </aside>
  );
}

type ShareProps = { label: string; part: number; total: number; rough: boolean; fade: string };

function Share({ label, part, total, rough, fade }: ShareProps) {
  return (
    <div className={`sh${fade}`}>
      <span>{label}</span>
      <b>{rough && part > 0 && part < total ? `≈\u00a0${share(part, total)}` : share(part, total)}</b>
      <div className="meter">
        <i style={{ width: `${total > 0 ? (100 * part) / total : 0}%` }} />
      </div>
    </div>
  );
}

/** What kind of number it is: counted, estimated, exact. */
function how({ preview, counting, old }: Previewed): string {
  if (preview && !old && preview.margin !== null) return t('estimate, ± {n}', { n: whole(preview.margin) });
  if (counting) return t('counting…');
  return preview && !old ? t('exact, {time}', { time: seconds(preview.took_ms) }) : '';
}

const countWords = (count: number, margin: number | null): string =>
  margin
    ? t('About {n} customers', { n: about(count, margin).replace(/^≈\s/, '') })
    : tn('{n} customer', '{n} customers', count, { n: whole(count) });
