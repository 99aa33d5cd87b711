// The results view: the last run's chain with its numbers.
import { RunNumbers } from '../chain/RunNumbers';
import { t } from '../i18n';
import { useEditorState } from './context';

export function Results() {
  const { campaign, types } = useEditorState();
  if (campaign.latest_run === null) return null;
  return (
    <main className="cv-results">
      <div className="cv-results-h">
        <span className="m">{t('Run {n}', { n: campaign.latest_run })}</span>
        <a href={`/runs/${campaign.latest_run}`}>{t('Open the run')}</a>
        <a href={`/runs?campaign=${campaign.id}`}>{t('All runs of this campaign')}</a>
      </div>
      <RunNumbers run={campaign.latest_run} types={types} captions />
    </main>
  );
}
