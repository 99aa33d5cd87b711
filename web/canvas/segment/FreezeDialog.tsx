// Keeps who is in a segment now as a list of its own, which does not change any more.
import { useState } from 'react';
import { ApiError, freezeSegment, type Segment } from '../api';
import { day, whole } from '../format';
import { t, tn } from '../i18n';
import { Dialog } from '../ui/Dialog';
import type { SegmentGroup } from './types';

type Props = { name: string; tree: SegmentGroup; count: number | null; onClose: () => void };

export function FreezeDialog({ name: first, tree, count, onClose }: Props) {
  const [name, setName] = useState(t('{name}, {day}', { name: first || t('Segment'), day: day(new Date()) }));
  const [trouble, setTrouble] = useState<string | null>(null);
  const [made, setMade] = useState<Segment | null>(null);
  const [busy, setBusy] = useState(false);

  async function freeze(event: React.FormEvent): Promise<void> {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    try {
      setMade(await freezeSegment(name, tree));
    } catch (error) {
      setTrouble(error instanceof ApiError ? (error.errors[0]?.message ?? error.message) : String(error));
    }
    setBusy(false);
  }

  if (made)
    return (
      <Dialog title={t('Kept as a frozen list')} onClose={onClose}>
        <p role="status">
          <a href={`/segments/${made.id}`}>{made.name}</a>
          {': '}
          {tn('{n} customer. It does not change any more.', '{n} customers. It does not change any more.', made.count, {
            n: whole(made.count),
          })}
        </p>
      </Dialog>
    );
  return (
    <Dialog
      title={t('Freeze who is in it now')}
      onClose={onClose}
      foot={
        <>
          <button type="submit" form="freeze" className="btn btn-primary" aria-disabled={busy}>
            {count === null
              ? t('Keep the list')
              : tn('Keep {n} customer', 'Keep {n} customers', count, { n: whole(count) })}
          </button>
          <button type="button" className="btn btn-quiet" onClick={onClose}>
            {t('Cancel')}
          </button>
        </>
      }
    >
      <form id="freeze" className="form" onSubmit={(event) => void freeze(event)}>
        <div>
          <label className="form-label" htmlFor="freeze-name">
            {t('Name of the list')}
          </label>
          <input
            id="freeze-name"
            className="form-control"
            value={name}
            maxLength={200}
            aria-invalid={trouble !== null || undefined}
            aria-describedby="freeze-told"
            onChange={(event) => {
              setName(event.target.value);
              setTrouble(null);
            }}
          />
          <p id="freeze-told" className={trouble ? 'hint bad' : 'hint'}>
            {trouble ??
              t('Those who meet the conditions now stay on it, whatever happens to them. This segment stays as it is.')}
          </p>
        </div>
      </form>
    </Dialog>
  );
}
