// Narrows a selection by further conditions: those who also meet them are a new one.
import { useState } from 'react';
import { t } from '../i18n';
import { Builder } from '../segment/Builder';
import { Sentence } from '../segment/Sentence';
import { EVERYBODY } from '../segment/tree';
import type { Catalogue } from '../segment/types';
import { errorsByLine, unfilled, usePreview } from '../segment/usePreview';
import { Dialog } from '../ui/Dialog';
import { narrow } from './api';
import { messageOf } from './useTicks';

type Props = { id: number; conditions: Catalogue; onClose: () => void };

// How many of the whole base meet a line says nothing about this selection.
const NO_COUNTS: ReadonlyMap<string, number> = new Map();

export function NarrowDialog({ id, conditions, onClose }: Props) {
  const [tree, setTree] = useState(EVERYBODY);
  const [errors, setErrors] = useState<ReadonlyMap<string, string>>(new Map());
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const previewed = usePreview(tree);

  async function go(): Promise<void> {
    const empty = unfilled(tree);
    setErrors(empty);
    if (empty.size > 0) return;
    setBusy(true);
    try {
      location.assign(`/selections/${(await narrow(id, tree)).id}`);
    } catch (error) {
      const lines = errorsByLine(error, tree);
      setErrors(lines);
      setFailure(lines.size > 0 ? null : messageOf(error));
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t('Narrow this selection')}
      width={760}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button type="button" className="btn" onClick={onClose}>
            {t('Cancel')}
          </button>
          <button type="button" className="btn btn-primary" aria-disabled={busy} onClick={() => !busy && void go()}>
            {t('Narrow')}
          </button>
        </>
      }
    >
      <p className="t2 cv-act-lead">
        {t('Who also meets these conditions comes into a new selection, with their ticks.')}
      </p>
      <Builder
        tree={tree}
        conditions={conditions}
        onChange={(next) => {
          setTree(next);
          setErrors(new Map());
        }}
        counts={NO_COUNTS}
        errors={errors.size > 0 ? errors : previewed.errors}
        names={previewed.preview?.names ?? {}}
        counting={false}
      />
      {previewed.preview && <Sentence parts={previewed.preview.sentence_parts} old={previewed.counting} />}
      {failure && (
        <p className="bad" role="alert">
          {failure}
        </p>
      )}
    </Dialog>
  );
}
