// The head of the segment's page: its name, whether it is saved, and what can be done with it.
import { t } from '../i18n';
import { Icon } from '../ui/Icon';

type Props = {
  name: string;
  trouble: string | null;
  kind: 'dynamic' | 'frozen';
  isNew: boolean;
  /** "Not saved yet", "Saved 14:32". */
  state: string;
  onName: (name: string) => void;
  onAct: () => void;
  onExplain: () => void;
  onFreeze: () => void;
  onCopy: () => void;
  onSave: () => void;
};

export function PageHead({ name, trouble, kind, isNew, state, ...on }: Props) {
  return (
    <div className="page-head">
      <div className="grow">
        <div className="s t3">
          <a className="t3" href="/segments">
            {t('Segments')}
          </a>
          {!isNew && ` / ${kind === 'frozen' ? t('frozen list') : t('dynamic')}`}
        </div>
        <h1 className="visually-hidden">{name || t('New segment')}</h1>
        <input
          className="cv-title"
          aria-label={t('Name')}
          aria-invalid={trouble !== null || undefined}
          aria-describedby={trouble ? 'segment-name-trouble' : undefined}
          placeholder={t('Name of the segment')}
          maxLength={200}
          value={name}
          onChange={(event) => on.onName(event.target.value)}
        />
        {trouble && (
          <p className="hint bad" id="segment-name-trouble">
            {trouble}
          </p>
        )}
      </div>
      <span className="acts">
        <span className="s t3 nw" role="status">
          {state}
        </span>
        <button type="button" className="btn" onClick={on.onAct}>
          <Icon name="circle-check" /> {t('Act on these customers…')}
        </button>
        <button type="button" className="btn" onClick={on.onExplain}>
          <Icon name="user-question" /> {t('Why is… in or out?')}
        </button>
        <button type="button" className="btn" onClick={on.onFreeze}>
          {t('Freeze…')}
        </button>
        {!isNew && (
          <button type="button" className="btn" onClick={on.onCopy}>
            {t('Save as copy')}
          </button>
        )}
        <button type="button" className="btn btn-primary" onClick={on.onSave}>
          {isNew ? t('Save segment') : t('Save changes')}
        </button>
      </span>
    </div>
  );
}
