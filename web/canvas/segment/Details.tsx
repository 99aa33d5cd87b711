// What a saved segment is part of: how its size went, and what uses it.
import { useEffect, useState } from 'react';
import { getSizes, type Size, type Use } from '../api';
import { t } from '../i18n';
import { SizeChart } from './SizeChart';

/** `round` goes up when it was saved again: then today's size is another. */
type Props = { id: number; usedBy: readonly Use[]; round: number };

const PATHS: Record<Use['kind'], (id: number) => string> = {
  campaign: (id) => `/campaigns/${id}`,
  promotion: (id) => `/promotions/${id}`,
  segment: (id) => `/segments/${id}`,
  rfm: () => '/rfm/settings',
};

const kinds = (): Record<Use['kind'], string> => ({
  campaign: t('campaign'),
  promotion: t('promotion'),
  segment: t('segment'),
  rfm: t('RFM is calculated inside it'),
});

export function Details({ id, usedBy, round }: Props) {
  const [sizes, setSizes] = useState<Size[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    getSizes(id).then(setSizes, (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
  }, [id, round]);
  return (
    <section className="card cnt cv-details" aria-label={t('History and use')}>
      <div className="card-b">
        {failure ? <p className="s bad">{failure}</p> : sizes && <SizeChart sizes={sizes} />}
        <hr />
        <div className="over">{t('Used by')}</div>
        {usedBy.length > 0 ? (
          <ul className="cv-plain">
            {usedBy.map((use) => (
              <li key={`${use.kind} ${use.id}`}>
                <a href={PATHS[use.kind](use.id)}>{use.name}</a> <span className="s t3">{kinds()[use.kind]}</span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="s t2">{t('Nothing yet. Chains, promotions, RFM and other segments can ask for it.')}</p>
        )}
      </div>
    </section>
  );
}
