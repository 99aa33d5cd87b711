// How many customers the conditions mean, and what share of the base that is.
import { seconds, share, whole } from '../format';
import { t, tn } from '../i18n';
import { isFilled } from './tree';
import type { SegmentGroup } from './types';
import type { Previewed } from './usePreview';

export function Meaning({ preview, counting, failure, again, tree }: Previewed & { tree: SegmentGroup }) {
  const percent = preview && preview.total > 0 ? (100 * preview.count) / preview.total : 0;
  return (
    <aside className="card cnt" aria-label={t('In the segment')}>
      <div className="card-b">
        <div className="over row-flex">
          {t('In the segment')}
          <span className="s t3 tn cv-end">
            {counting ? t('counting…') : preview ? t('exact, {time}', { time: seconds(preview.took_ms) }) : ''}
          </span>
        </div>
        {preview ? (
          <>
            <div className={counting ? 'key cv-old' : 'key'} data-segment-count={counting ? undefined : preview.count}>
              {whole(preview.count)} <small>{tn('customer', 'customers', preview.count)}</small>
            </div>
            <div className={counting ? 'sh cv-old' : 'sh'}>
              <span>{t('of the base, {n} customers', { n: whole(preview.total) })}</span>
              <b>{share(preview.count, preview.total)}</b>
              <div className="meter">
                <i style={{ width: `${percent}%` }} />
              </div>
            </div>
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
        {failure && (
          <div role="alert">
            <p className="bad">{failure}</p>
            <button type="button" className="btn btn-sm" onClick={again}>
              {t('Count again')}
            </button>
          </div>
        )}
        <span className="visually-hidden" role="status">
          {preview && !counting ? tn('{n} customer', '{n} customers', preview.count, { n: whole(preview.count) }) : ''}
        </span>
      </div>
    </aside>
  );
}
