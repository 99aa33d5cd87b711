// Why a customer is in the segment or out of it: found by what is known of them, answered condition by condition.
import { useCallback, useEffect, useState } from 'react';
import { type Explanation, explainSegment, type FoundCustomer, getCustomer } from '../api';
import { t } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { CustomerSearch, nameOf } from './CustomerSearch';
import type { SegmentGroup } from './types';
import { Verdicts } from './Verdicts';

/** `asked`: the customer about whom the address asks. */
type Props = { tree: SegmentGroup; asked: number | null; onClose: () => void };

export function ExplainDialog({ tree, asked, onClose }: Props) {
  const [answer, setAnswer] = useState<{ customer: FoundCustomer; explanation: Explanation } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  const explain = useCallback(
    async (customer: FoundCustomer | Promise<FoundCustomer>) => {
      setFailure(null);
      try {
        const who = await customer;
        setAnswer({ customer: who, explanation: await explainSegment(tree, who.id) });
      } catch (error) {
        setFailure(error instanceof Error ? error.message : String(error));
      }
    },
    [tree],
  );

  useEffect(() => {
    if (asked !== null) void explain(getCustomer(asked));
  }, [asked, explain]);

  return (
    <Dialog title={t('Why is… in or out?')} onClose={onClose}>
      <CustomerSearch onChoose={(customer) => void explain(customer)} />
      {failure && (
        <p className="bad" role="alert">
          {failure}
        </p>
      )}
      <div aria-live="polite">
        {answer ? (
          <section className="cv-answer" data-met={answer.explanation.met}>
            <p className="cv-verdict">
              <a href={`/customers/${answer.customer.id}`}>{nameOf(answer.customer)}</a>{' '}
              <span className={answer.explanation.met ? 'ok m' : 't2 m'}>
                {answer.explanation.met ? t('is in the segment') : t('is not in the segment')}
              </span>
            </p>
            <Verdicts explanation={answer.explanation} tree={tree} />
          </section>
        ) : (
          <p className="t2 cv-teach">
            {t('Choose a customer: each condition answers with their own value, and each group with its own verdict.')}
          </p>
        )}
      </div>
    </Dialog>
  );
}
