// What the customers of the conditions hold: bonuses that they can spend, and addresses at which messages reach them.
import type { Channel } from '../api';
import { amount, share, whole } from '../format';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import type { SegmentGroup } from './types';
import { useHoldings } from './useHoldings';
import type { Previewed } from './usePreview';

const ICONS: Record<Channel, string> = { email: 'mail', sms: 'message', push: 'bell', telegram: 'brand-telegram' };
const names = (): [Channel, string][] => [
  ['email', t('E-mail')],
  ['sms', t('SMS')],
  ['push', t('Push')],
  ['telegram', t('Telegram')],
];

export function Holdings({ preview, old, tree }: Previewed & { tree: SegmentGroup }) {
  const held = useHoldings(tree, !preview || old ? 'not' : preview.margin === null ? 'exactly' : 'roughly');
  if (!preview || (preview.count === 0 && preview.margin === null)) return null;
  const { holdings, failure, slow, cancelled, again, cancel } = held;
  const fade = held.old ? ' cv-old' : '';
  // A sample's numbers are brought to the count that stands above them, which may be exact.
  const scale = holdings && !held.old && holdings.count > 0 ? preview.count / holdings.count : 1;
  const about = (value: number) => `≈\u00a0${whole(Math.round(value * scale))}`;
  const number = (value: number) => (holdings?.estimated ? about(value) : whole(value));
  return (
    <>
      {holdings && (
        <div data-holdings={held.old ? undefined : holdings.estimated ? 'estimate' : 'exact'}>
          <dl className={`cv-facts cv-more${fade}`}>
            <dt>{t('Bonuses they can spend')}</dt>
            <dd>{holdings.estimated ? about(Number(holdings.bonuses)) : amount(holdings.bonuses)}</dd>
            <dt className="t3">{t('one of them, on average')}</dt>
            <dd className="t2">{holdings.average_bonuses === null ? '–' : amount(holdings.average_bonuses)}</dd>
          </dl>
          <hr />
          <div className="over">{t('Can be reached by')}</div>
          <dl className={`cv-facts cv-reach${fade}`}>
            {names().map(([channel, name]) => (
              <div key={channel}>
                <dt>
                  <Icon name={ICONS[channel]} /> {name}
                </dt>
                <dd>{number(holdings.reached_by[channel])}</dd>
                <dd className="t2">{share(holdings.reached_by[channel], holdings.count)}</dd>
              </div>
            ))}
          </dl>
          <p className="hint">{t('They have an address there and did not refuse.')}</p>
        </div>
      )}
      {!holdings && !failure && !cancelled && (
        <>
          <hr />
          <div className="sk" />
          <div className="sk" style={{ width: '60%' }} />
        </>
      )}
      {(slow || cancelled) && (
        <div className="row-flex cv-wait">
          <span className="s t2">
            {slow ? t('Adding up what they hold…') : t('What they hold was not added up to the end.')}
          </span>
          <button type="button" className="btn btn-sm cv-end" onClick={slow ? cancel : again}>
            {slow ? t('Cancel') : t('Add up')}
          </button>
        </div>
      )}
      {failure && (
        <div role="alert" className="cv-wait">
          <p className="bad">{failure}</p>
          <button type="button" className="btn btn-sm" onClick={again}>
            {t('Ask again')}
          </button>
        </div>
      )}
    </>
  );
}
