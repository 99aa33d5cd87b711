// A run's chain with numbers that move while it goes on: on the canvas, on phones as an outline.
import type { Run } from '../api';
import { clockSeconds, momentText } from '../format';
import type { StepTypes } from '../graph/types';
import { t } from '../i18n';
import { Failure } from '../ui/Failure';
import { PHONE, useMedia } from '../ui/media';
import { LiveChain } from './LiveChain';
import { Outline } from './Outline';
import { type LiveRun, useRun } from './useRun';

type Props = {
  run: number;
  types: StepTypes;
  /** Says beside the chain how to read it and how fresh it is; pages that say so themselves leave it out. */
  captions?: boolean;
};

export function RunNumbers({ run: id, types, captions = false }: Props) {
  const live = useRun(id);
  const phone = useMedia(PHONE);
  if (!live.run && live.error)
    return <Failure title={t('The numbers did not arrive')} message={live.error} onRetry={live.refresh} />;
  if (!live.run) return <div className="cv-stage" aria-busy="true" />;
  if (phone)
    return (
      <div className="outline">
        <Outline graph={live.run.graph} types={types} summaries={live.run.summaries} run={live.run} />
        {captions && <p className="s t3 cv-foot">{t('Every step: in = out + waiting + failed.')}</p>}
      </div>
    );
  return (
    <div className="cv-run">
      <LiveChain run={live.run} types={types} />
      {captions && (
        <>
          <Lately {...live} />
          <p className="cv-sum s t3">
            {t('Every step: in = out + waiting + failed')}
            <br />
            {t('A line is as thick as its share of customers')}
          </p>
        </>
      )}
    </div>
  );
}

function Lately({ run, at, error }: LiveRun) {
  if (!run || !at) return null;
  const words = error
    ? t('No newer numbers: {message}', { message: error })
    : run.status === 'going_on'
      ? t('{time}, every 2 s', { time: clockSeconds(at) })
      : ended(run);
  return (
    <span className={`cv-lately s nw ${error ? 'warn' : 't3'}`} data-run-status={run.status}>
      {run.status === 'going_on' && !error && <span className="pulse" />} {words}
    </span>
  );
}

function ended(run: Run): string {
  if (run.status === 'paused') return t('Paused');
  if (run.status === 'failed') return t('Failed');
  if (run.status === 'stopped') return t('Stopped');
  return run.finished_at ? t('Finished {moment}', { moment: momentText(run.finished_at) }) : t('Finished');
}
