// The review before publishing: the problems that it waits for, or what publishing would mean, and then the button.
import { useEffect, useId, useState } from 'react';
import { ApiError, getReview, publish, type Review } from '../api';
import { t, tn } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { useEditor, useEditorState } from './context';
import { ProblemRow } from './Dock';
import { errorsIn } from './state';

type Stage =
  | { kind: 'asking' }
  | { kind: 'failed'; message: string }
  | { kind: 'review'; review: Review }
  | { kind: 'done'; version: number };

export function PublishDialog({ onClose }: { onClose: () => void }) {
  const { draft, refresh, act } = useEditor();
  const state = useEditorState();
  const [stage, setStage] = useState<Stage>({ kind: 'asking' });
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const { id } = state.campaign;
  const { name } = state.history.present;

  useEffect(() => {
    let current = true;
    const tell = (next: Stage) => current && setStage(next);
    async function ask(): Promise<void> {
      // What is reviewed is what will be published: the draft as the server has it.
      if (!(await draft.saveNow()))
        return void tell({ kind: 'failed', message: t('The draft could not be saved, so it cannot be reviewed.') });
      tell({ kind: 'review', review: await getReview(id) });
    }
    ask().catch((error: unknown) => tell({ kind: 'failed', message: messageOf(error) }));
    return () => {
      current = false;
    };
  }, [draft, id]);

  async function go(): Promise<void> {
    setBusy(true);
    try {
      const { version } = await publish(id, note.trim());
      await refresh();
      setStage({ kind: 'done', version });
    } catch (error) {
      setStage({ kind: 'failed', message: messageOf(error) });
    }
    setBusy(false);
  }

  const review = stage.kind === 'review' ? stage.review : null;
  const errors = review ? errorsIn(review.problems).length : 0;
  const title = review
    ? t('Publish “{name}” as version {n}', { name, n: review.version })
    : stage.kind === 'done'
      ? t('“{name}” is live', { name })
      : t('Publish “{name}”', { name });
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button type="button" className="btn" onClick={onClose}>
            {stage.kind === 'done' ? t('Close') : t('Cancel')}
          </button>
          {stage.kind === 'done' && (
            <button type="button" className="btn" onClick={() => act((now) => ({ ...now, dialog: { kind: 'start' } }))}>
              {t('Start run…')}
            </button>
          )}
          {review && errors === 0 && (
            <button type="button" className="btn btn-primary" aria-disabled={busy} onClick={() => !busy && void go()}>
              {t('Publish version {n}', { n: review.version })}
            </button>
          )}
        </>
      }
    >
      {stage.kind === 'asking' && <Asking />}
      {stage.kind === 'failed' && (
        <p className="bad" role="alert">
          {stage.message}
        </p>
      )}
      {stage.kind === 'done' && (
        <p className="row-flex ok m" role="status">
          <Icon name="circle-check" />
          {t('Version {n} is published. Customers who enter from now on take it.', { n: stage.version })}
        </p>
      )}
      {review && (errors > 0 ? <Problems review={review} /> : <Facts review={review} note={note} onNote={setNote} />)}
    </Dialog>
  );
}

function Asking() {
  return (
    <div aria-busy="true">
      <div className="sk" style={{ width: '60%' }} />
      <div className="sk" />
      <div className="sk" style={{ width: '80%' }} />
    </div>
  );
}

function Problems({ review }: { review: Review }) {
  const errors = errorsIn(review.problems);
  return (
    <>
      <p className="row-flex bad m">
        <Icon name="alert-circle" />
        {tn('{n} problem: publishing waits for it', '{n} problems: publishing waits for all of them', errors.length)}
      </p>
      <ul className="cv-dock-l cv-in-dialog">
        {review.problems.map((problem) => (
          <ProblemRow key={`${problem.where} ${problem.message}`} problem={problem} />
        ))}
      </ul>
    </>
  );
}

type FactsProps = { review: Review; note: string; onNote: (note: string) => void };

function Facts({ review, note, onNote }: FactsProps) {
  const id = useId();
  return (
    <>
      <p className="row-flex ok m">
        <Icon name="circle-check" /> {t('No problems.')} {review.starts}
      </p>
      {review.problems.map((problem) => (
        <p key={problem.where + problem.message} className="row-flex warn">
          <Icon name="alert-triangle" /> {problem.message}
        </p>
      ))}
      <table className="tb dlg-t">
        <thead>
          <tr>
            <th>{t('What it would mean')}</th>
            <th className="num">{t('Today')}</th>
            <th className="num">{t('In 30 days')}</th>
          </tr>
        </thead>
        <tbody>
          {review.facts.map((fact) => (
            <tr key={fact.label}>
              <td>
                {fact.label}
                {fact.hint && <div className="s t3">{fact.hint}</div>}
              </td>
              <td className={fact.today === '0' ? 'num zero' : 'num'}>{fact.today}</td>
              <td className={fact.in_30_days === '0' ? 'num zero' : 'num b'}>{fact.in_30_days}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label className="form-label cv-above" htmlFor={id}>
        {t('Note for the list of versions')} <span className="opt">{t('optional')}</span>
      </label>
      <input
        id={id}
        className="form-control"
        maxLength={200}
        value={note}
        onChange={(event) => onNote(event.target.value)}
      />
    </>
  );
}

function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.errors.map((each) => each.message).join(' ');
  return error instanceof Error ? error.message : String(error);
}
