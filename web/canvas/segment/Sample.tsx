// The first customers of a segment.
import type { ReactNode } from 'react';
import type { Preview } from '../api';
import { amount, day, whole } from '../format';
import { t } from '../i18n';
import { useCurrencySign } from '../organisation';
import { Icon } from '../ui/Icon';

type Props = { preview: Preview; old: boolean; empty: ReactNode; onDownload: () => void };

/** `empty` stands there when there are none. */
export function Sample({ preview, old, empty, onDownload }: Props) {
  const sign = useCurrencySign();
  const money = (title: string) => (sign ? `${title}, ${sign}` : title);
  return (
    <section className={old ? 'card cv-old' : 'card'} aria-label={t('First customers')}>
      <div className="card-h">
        <h2>{t('First customers')}</h2>
        <span className="r tn">
          {t('First {n} of {all}', { n: whole(preview.sample.length), all: whole(preview.count) })}
        </span>
        {preview.sample.length > 0 && (
          <button
            type="button"
            className="btn btn-sm"
            title={t('All of them as a workbook')}
            aria-label={t('Download all of them as a workbook (xlsx)')}
            onClick={onDownload}
          >
            <Icon name="download" size={14} /> xlsx
          </button>
        )}
      </div>
      {preview.sample.length === 0 ? (
        empty
      ) : (
        <table className="tb tight fold">
          <thead>
            <tr>
              <th>{t('Customer')}</th>
              <th>{t('Card')}</th>
              <th className="num">{t('Purchases')}</th>
              <th className="num">{money(t('Average receipt'))}</th>
              <th className="num">{money(t('Sum'))}</th>
              <th className="num">{t('Active bonuses')}</th>
              <th className="num">{t('Last purchase')}</th>
            </tr>
          </thead>
          <tbody>
            {preview.sample.map((customer) => (
              <tr key={customer.id} data-customer-id={customer.id}>
                <td>
                  <a className="strong nw" href={`/customers/${customer.id}`}>
                    {customer.name}
                  </a>
                </td>
                <td className="t2 tn">{customer.card ?? '–'}</td>
                <td className="num" data-l={t('Purchases')}>
                  {whole(customer.purchase_count)}
                </td>
                <td className="num" data-l={t('Average receipt')}>
                  {customer.average_receipt === null ? '–' : amount(customer.average_receipt)}
                </td>
                <td className="num" data-l={t('Sum')}>
                  {amount(customer.purchase_sum)}
                </td>
                <td className={Number(customer.active) === 0 ? 'num zero' : 'num'} data-l={t('Active bonuses')}>
                  {amount(customer.active)}
                </td>
                <td className="num" data-l={t('Last purchase')}>
                  {customer.last_purchase_at === null ? '–' : day(customer.last_purchase_at)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
