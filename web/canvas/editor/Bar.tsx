// The bar on top: where one is, how the campaign and its draft stand, and what can be done with it.
import { useContext, useState } from 'react';
import { pause, resume, type Status } from '../api';
import { redo } from '../commands/redo';
import { save } from '../commands/save';
import { undo } from '../commands/undo';
import { t, tn } from '../i18n';
import { Icon } from '../ui/Icon';
import { DraftContext, useEditor, useEditorState } from './context';
import { draftWords } from './draftWords';
import { type EditorState, errorsIn, problemsNow, type View } from './state';

const statusWords = (): Record<Status, { word: string; tone: string }> => ({
  draft: { word: t('Draft'), tone: 'draft' },
  live: { word: t('Live'), tone: 'live' },
  paused: { word: t('Paused'), tone: 'paused' },
  finished: { word: t('Finished'), tone: 'done' },
});

export function Bar() {
  const state = useEditorState();
  const { act } = useEditor();
  const { campaign, history } = state;
  const { word, tone } = statusWords()[campaign.status];
  const problems = errorsIn(problemsNow(state)).length;
  return (
    <header className="ed-top">
      <a className="btn btn-quiet btn-icon" href="/campaigns" aria-label={t('Back to campaigns')}>
        <Icon name="chevron-left" size={18} />
      </a>
      <h1 className="name ell">{history.present.name}</h1>
      <span className={`state ${tone}`}>{word}</span>
      {campaign.published_version !== null && (
        <span className="chip hide-m cv-wide-only">
          {campaign.changed_since_publication
            ? t('Changed since version {n}', { n: campaign.published_version })
            : t('Version {n}', { n: campaign.published_version })}
        </span>
      )}
      {problems > 0 && (
        <button
          type="button"
          className="chip bad hide-m cv-chip"
          onClick={() => act((now) => ({ ...now, view: 'chain', dock: true }))}
        >
          <Icon name="alert-circle" size={14} /> {tn('{n} problem', '{n} problems', problems)}
        </button>
      )}
      <Tabs state={state} />
      <span className="grow" />
      <DraftState />
      <History />
      <Actions state={state} />
    </header>
  );
}

function Tabs({ state }: { state: EditorState }) {
  const { act } = useEditor();
  const views: { key: View; title: string }[] = [
    { key: 'chain', title: t('Chain') },
    { key: 'settings', title: t('Settings') },
    ...(state.campaign.latest_run === null ? [] : [{ key: 'results' as const, title: t('Results') }]),
  ];
  const show = (view: View) => act((now) => ({ ...now, view }));
  return (
    <>
      <div className="seg ed-tabs hide-m" role="tablist" aria-label={t('Views of the campaign')}>
        {views.map((view) => (
          <button
            key={view.key}
            type="button"
            role="tab"
            aria-selected={state.view === view.key}
            className={state.view === view.key ? 'on' : ''}
            onClick={() => show(view.key)}
          >
            {view.title}
          </button>
        ))}
      </div>
      <select
        className="form-select cv-tabs-menu hide-m"
        aria-label={t('View of the campaign')}
        value={state.view}
        onChange={(event) => show(event.target.value as View)}
      >
        {views.map((view) => (
          <option key={view.key} value={view.key}>
            {view.title}
          </option>
        ))}
      </select>
    </>
  );
}

function DraftState() {
  const status = useContext(DraftContext);
  const { act } = useEditor();
  const safe = status.kind === 'saved' || status.kind === 'saving' || status.kind === 'unsaved';
  return (
    <span
      className={`s nw hide-m cv-saved ${safe ? 't3' : 'warn'}`}
      data-draft={status.kind}
      title={draftWords(status)}
    >
      <Icon name={status.kind === 'saved' ? 'cloud-check' : safe ? 'dots' : 'cloud-off'} />
      <span className="ell">{draftWords(status)}</span>
      {status.kind === 'conflict' && (
        <button
          type="button"
          className="btn btn-sm"
          onClick={() => act((now) => ({ ...now, dialog: { kind: 'conflict' } }))}
        >
          {t('See both')}
        </button>
      )}
    </span>
  );
}

function History() {
  const state = useEditorState();
  const { run } = useEditor();
  return (
    <span className="hide-m cv-history">
      {[
        { command: undo, icon: 'arrow-back-up', hotkey: 'Ctrl+Z' },
        { command: redo, icon: 'arrow-forward-up', hotkey: 'Ctrl+Shift+Z' },
      ].map(({ command, icon, hotkey }) => {
        const can = command.can?.(state) ?? true;
        return (
          <button
            key={command.name}
            type="button"
            className={can ? 'btn btn-quiet btn-icon' : 'btn btn-quiet btn-icon off'}
            aria-label={command.label}
            aria-disabled={!can}
            title={`${command.label} (${hotkey})`}
            onClick={() => can && run(command)}
          >
            <Icon name={icon} size={18} />
          </button>
        );
      })}
      <button type="button" className="btn" title={`${save.label} (Ctrl+S)`} onClick={() => run(save)}>
        {save.label}
      </button>
      <span className="sep" />
    </span>
  );
}

function Actions({ state }: { state: EditorState }) {
  const { act, refresh } = useEditor();
  const [failure, setFailure] = useState<string | null>(null);
  const { id, status, published_version } = state.campaign;

  async function change(call: (campaign: number) => Promise<unknown>): Promise<void> {
    setFailure(null);
    try {
      await call(id);
      await refresh();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <>
      {failure && (
        <span className="bad s" role="alert">
          {failure}
        </span>
      )}
      {status === 'live' && (
        <button type="button" className="btn" onClick={() => void change(pause)}>
          <Icon name="player-pause" /> {t('Pause')}
        </button>
      )}
      {status === 'paused' && (
        <button type="button" className="btn" onClick={() => void change(resume)}>
          <Icon name="player-play" /> {t('Resume')}
        </button>
      )}
      {published_version !== null && status === 'live' && (
        <button
          type="button"
          className="btn hide-m"
          onClick={() => act((now) => ({ ...now, dialog: { kind: 'start' } }))}
        >
          {t('Start run…')}
        </button>
      )}
      <button
        type="button"
        className="btn btn-primary hide-m"
        onClick={() => act((now) => ({ ...now, dialog: { kind: 'publish' } }))}
      >
        {t('Publish…')}
      </button>
    </>
  );
}
