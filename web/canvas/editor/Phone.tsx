// The campaign on a phone: to be read and paused, not drawn.
import { Outline } from '../chain/Outline';
import { RunNumbers } from '../chain/RunNumbers';
import { t } from '../i18n';
import { useEditorState } from './context';
import { graphOf } from './state';

export function Phone() {
  const state = useEditorState();
  const { latest_run } = state.campaign;
  return (
    <main className="outline cv-phone">
      {latest_run !== null ? (
        <RunNumbers run={latest_run} types={state.types} captions />
      ) : (
        <Outline graph={graphOf(state)} types={state.types} summaries={state.check.summaries} run={null} />
      )}
      <p className="s t3 cv-foot">{t('Drawing a chain needs a wider screen; pausing does not.')}</p>
    </main>
  );
}
