// Starts a run by hand, for now or for a given moment; a run that there already is adds nothing.
import { useId, useState } from 'react';
import { type StartedRun, startRun } from '../api';
import { momentText } from '../format';
import { t } from '../i18n';
import { useOrganisation } from '../organisation';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { Segmented } from '../ui/Segmented';
import { useEditor, useEditorState } from './context';
import { localInput, momentInZone } from './zone';

export function StartDialog({ onClose }: { onClose: () => void }) {
  const { act, refresh } = useEditor();
  const { campaign, history } = useEditorState();
  const id = useId();
  const { zone } = useOrganisation();
  const [when, setWhen] = useState<'today' | 'given'>('today');
  const [at, setAt] = useState(() => localInput(new Date(), zone));
  const [run, setRun] = useState<StartedRun | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function start(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      const moment = when === 'today' ? null : momentInZone(at, zone);
      setRun(await startRun(campaign.id, moment));
      await refresh();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  }

  return (
    <Dialog
      title={t('Start a run of “{name}”', { name: history.present.name })}
      width={480}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button type="button" className="btn" onClick={onClose}>
            {run ? t('Close') : t('Cancel')}
          </button>
          {!run && (
            <button
              type="button"
              className="btn btn-primary"
              aria-disabled={busy}
              onClick={() => !busy && (when === 'today' || at) && void start()}
            >
              {t('Start run')}
            </button>
          )}
        </>
      }
    >
      {run ? (
        <div role="status" data-run-id={run.id}>
          <p className="row-flex m">
            <Icon name={run.already_started ? 'info-circle' : 'circle-check'} />
            {run.already_started
              ? t('This run had already been started. Nothing was added.')
              : t('The run is going on.')}
          </p>
          <p className="cv-above">
            <a href={`/runs/${run.id}`}>{t('Open run {n}', { n: run.id })}</a>
            {' · '}
            <button
              type="button"
              className="cv-link"
              onClick={() => act((state) => ({ ...state, dialog: null, view: 'results' }))}
            >
              {t('See the results here')}
            </button>
          </p>
        </div>
      ) : (
        <>
          <p className="t2">
            {t(
              'Version {n} is run for the customers whom its trigger finds. A run of the same occurrence is started once only.',
              {
                n: campaign.published_version ?? 1,
              },
            )}
          </p>
          <div className="cv-above">
            <Segmented
              label={t('When')}
              value={when}
              choices={[
                { key: 'today', title: t('For today') },
                { key: 'given', title: t('For a given moment') },
              ]}
              onChange={setWhen}
            />
          </div>
          {when === 'given' && (
            <div className="cv-above">
              <label className="form-label" htmlFor={id}>
                {t('Moment')}
              </label>
              <input
                id={id}
                type="datetime-local"
                className="form-control cv-moment"
                value={at}
                onChange={(event) => setAt(event.target.value)}
              />
              <div className="hint">
                {at ? t('{moment}, time in {zone}', { moment: momentText(at), zone }) : t('Choose a moment')}
              </div>
            </div>
          )}
          {failure && (
            <p className="bad cv-above" role="alert">
              {failure}
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}
