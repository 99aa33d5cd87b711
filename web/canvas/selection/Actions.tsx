// How many are ticked, and what can be done to them.
import { useState } from 'react';
import { whole } from '../format';
import type { StepType } from '../graph/types';
import { t, tn } from '../i18n';
import type { Catalogue } from '../segment/types';
import { Icon } from '../ui/Icon';
import { ActDialog } from './ActDialog';
import type { Sizes } from './api';
import { NarrowDialog } from './NarrowDialog';
import { useTicks } from './useTicks';

type Props = { id: number; sizes: Sizes; types: readonly StepType[]; conditions: Catalogue };

export function Actions({ id, sizes: first, types, conditions }: Props) {
  const { sizes, failure, everybody } = useTicks(id, first);
  const [open, setOpen] = useState<StepType | 'campaign' | 'narrow' | null>(null);
  const close = () => setOpen(null);
  const nobody = sizes.ticked === 0;
  return (
    <>
      <div className="row-flex wrap">
        <span className="m tn" role="status">
          {tn('{n} of {all} customer is ticked', '{n} of {all} customers are ticked', sizes.members, {
            n: whole(sizes.ticked),
            all: whole(sizes.members),
          })}
        </span>
        <button type="button" className="btn btn-sm" onClick={() => everybody(true)}>
          {t('Tick all')}
        </button>
        <button type="button" className="btn btn-sm" onClick={() => everybody(false)}>
          {t('Untick all')}
        </button>
        <button type="button" className="btn btn-sm" onClick={() => setOpen('narrow')}>
          <Icon name="filter" size={14} /> {t('Narrow…')}
        </button>
      </div>
      <div className="row-flex wrap">
        {types.map((type) => (
          <button type="button" key={type.key} className="btn" disabled={nobody} onClick={() => setOpen(type)}>
            <Icon name={type.icon} /> {type.title}
          </button>
        ))}
        <button type="button" className="btn" disabled={nobody} onClick={() => setOpen('campaign')}>
          <Icon name="route" /> {t('Start a campaign')}
        </button>
      </div>
      {failure && (
        <p className="bad" role="alert">
          {failure}
        </p>
      )}
      {open === 'narrow' && <NarrowDialog id={id} conditions={conditions} onClose={close} />}
      {open !== null && open !== 'narrow' && (
        <ActDialog id={id} type={open === 'campaign' ? null : open} ticked={sizes.ticked} onClose={close} />
      )}
    </>
  );
}
