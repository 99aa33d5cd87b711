// The settings of the whole campaign: its name, whom it takes in again, what happens to runs that an outage missed, what is counted.
import { useId } from 'react';
import type { CampaignSettings } from '../api';
import { t } from '../i18n';
import { Segmented } from '../ui/Segmented';
import { useEditor, useEditorState } from './context';
import { RuleField } from './RuleField';
import { asksReentry, changeDocument } from './state';

export function SettingsView() {
  const state = useEditorState();
  const { act } = useEditor();
  const [name, tracking] = [useId(), useId()];
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
            <RuleField<'each_time' | 'once', 'after_days'>
              field="reentry"
              title={t('A customer enters')}
              hint={t('Counted from the moment at which the customer entered last.')}
              choices={[
                { key: 'each_time', title: t('at each purchase') },
                { key: 'once', title: t('once') },
                { key: 'after_days', title: t('again after some days') },
              ]}
              numbered={{ key: 'after_days', label: t('Not earlier than'), unit: t('days'), first: 30 }}
              value={settings.reentry ?? 'each_time'}
              problem={problem('settings.reentry')}
              onChange={(reentry) => set({ reentry }, 'reentry')}
            />
          )}
          <RuleField<'run' | 'skip', 'within_hours'>
            field="missed"
            title={t('A run that an outage missed')}
            hint={t('The next run starts at its own time in any case.')}
            choices={[
              { key: 'run', title: t('starts late') },
              { key: 'skip', title: t('is left out') },
              { key: 'within_hours', title: t('starts if not too late') },
            ]}
            numbered={{ key: 'within_hours', label: t('At most late by'), unit: t('hours'), first: 12 }}
            value={settings.missed ?? 'run'}
            problem={problem('settings.missed')}
            onChange={(missed) => set({ missed }, 'missed')}
          />
          <div data-field="tracking">
            <div className="form-label" id={tracking}>
              {t('Openings of letters and clicks on their links')}
            </div>
            <Segmented
              label=""
              labelledBy={tracking}
              value={settings.tracking ?? 'as_organisation'}
              choices={[
                { key: 'as_organisation', title: t('are counted as the organisation does') },
                { key: 'never', title: t('are never counted') },
              ]}
              onChange={(chosen) => set({ tracking: chosen }, 'tracking')}
            />
            <div className={problem('settings.tracking') ? 'hint bad' : 'hint'}>
              {problem('settings.tracking') ??
                t('Where they are counted, letters carry a small picture and their links lead over this installation.')}
            </div>
          </div>
        </div>
      </div>
    </main>
  );
}
