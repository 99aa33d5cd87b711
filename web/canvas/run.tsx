// The chain of a run with its numbers: mounts on <div id="run-chain" data-run-id="12"> in the run's page.
import './canvas.css';
import { createRoot } from 'react-dom/client';
import { getStepTypes } from './api';
import { RunNumbers } from './chain/RunNumbers';
import { t } from './i18n';
import { Loaded } from './ui/Loaded';

const place = document.getElementById('run-chain');

if (place) {
  const run = Number(place.dataset.runId);
  createRoot(place).render(
    <Loaded
      title={t('The chain could not be loaded')}
      load={async () => new Map((await getStepTypes()).map((type) => [type.key, type]))}
      render={(types) => <RunNumbers run={run} types={types} />}
    />,
  );
}
