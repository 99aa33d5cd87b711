// The settings of the whole campaign: its name, whom it takes in again, and what happens to runs that an outage missed.
import { useId } from 'react';
import type { CampaignSettings, Missed, Reentry } from '../api';
import { t } from '../i18n';
import { NumberField } from '../ui/NumberField';
import { Segmented } from '../ui/Segmented';
import { useEditor, useEditorState } from './context';
import { asksReentry, changeDocument } from './state';

export function SettingsView() {
  const state = useEditorState();
  const { act } = useEditor();
  const name = useId();
  const { settings, name: title } = state.history.present;
  const set = (changes: CampaignSettings, mark: string) =>
    act((now) => changeDocument(now, { settings: { ...now.history.present.settings, ...changes } }, mark));
  const problem = (place: string) =>
    state.check.problems.find((each) => each.where === place || each.where.startsWith(`${place}.`))?.message;
  return (
    <main className="cv-settings">
      <div className="card">
        <div className="card-h">
          <h2>{t('Campaign')}</h2>
        </div>
        <div className="card-b stack">
          <div>
            <label className="form-label" htmlFor={name}>
              {t('Name')}
            </label>
            <input
              id={name}
              className="form-control cv-name"
              maxLength={200}
              value={title}
              onChange={(event) => {
                const text = event.target.value;
                act((now) => changeDocument(now, { name: text }, 'name'));
              }}
            />
          </div>
          {asksReentry(state) && (
            <ReentryField
              value={settings.reentry ?? 'each_time'}
              problem={problem('settings.reentry')}
              onChange={(reentry) => set({ reentry }, 'reentry')}
            />
          )}
          <MissedField
            value={settings.missed ?? 'run'}
            problem={problem('settings.missed')}
            onChange={(missed) => set({ missed }, 'missed')}
          />
        </div>
      </div>
    </main>
  );
}

type FieldProps<T> = { value: T; problem: string | undefined; onChange: (value: T) => void };

function ReentryField({ value, problem, onChange }: FieldProps<Reentry>) {
  const label = useId();
  const kind = typeof value === 'object' ? 'after_days' : value;
  return (
    <div data-field="reentry">
      <div className="form-label" id={label}>
        {t('A customer enters')}
      </div>
      <Segmented
        label=""
        labelledBy={label}
        value={kind}
        choices={[
          { key: 'each_time', title: t('at each purchase') },
          { key: 'once', title: t('once') },
          { key: 'after_days', title: t('again after some days') },
        ]}
        onChange={(key) => onChange(key === 'after_days' ? { after_days: 30 } : key)}
      />
      {typeof value === 'object' && (
        <div className="cv-above">
          <NumberField
            label={t('Not earlier than')}
            width={140}
            decimals={0}
            unit={t('days')}
            value={value.after_days ? String(value.after_days) : ''}
            onChange={(text) => onChange({ after_days: Number(text) })}
          />
        </div>
      )}
      <div className={problem ? 'hint bad' : 'hint'}>
        {problem ?? t('Counted from the moment at which the customer entered last.')}
      </div>
    </div>
  );
}

function MissedField({ value, problem, onChange }: FieldProps<Missed>) {
  const label = useId();
  const kind = typeof value === 'object' ? 'within_hours' : value;
  return (
    <div data-field="missed">
      <div className="form-label" id={label}>
        {t('A run that an outage missed')}
      </div>
      <Segmented
        label=""
        labelledBy={label}
        value={kind}
        choices={[
          { key: 'run', title: t('starts late') },
          { key: 'skip', title: t('is left out') },
          { key: 'within_hours', title: t('starts if not too late') },
        ]}
        onChange={(key) => onChange(key === 'within_hours' ? { within_hours: 12 } : key)}
      />
      {typeof value === 'object' && (
        <div className="cv-above">
          <NumberField
            label={t('At most late by')}
            width={140}
            decimals={0}
            unit={t('hours')}
            value={value.within_hours ? String(value.within_hours) : ''}
            onChange={(text) => onChange({ within_hours: Number(text) })}
          />
        </div>
      )}
      <div className={problem ? 'hint bad' : 'hint'}>
        {problem ?? t('The next run starts at its own time in any case.')}
      </div>
    </div>
  );
}
