// The ways out of a step and where each goes; a line can be taken away here by keyboard.
import { disconnect } from '../graph/edit';
import { linesOut } from '../graph/query';
import { nameOf } from '../graph/read';
import type { Line, Port, Step, StepType } from '../graph/types';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useEditor } from './context';
import { changeGraph, type EditorState, graphOf, openPanel } from './state';

export function WaysOut({ state, step, type }: { state: EditorState; step: Step; type: StepType }) {
  const lines = linesOut(graphOf(state), step.id);
  return (
    <section aria-label={t('Ways out')}>
      <h3 className="form-label">{t('Ways out')}</h3>
      <div className="ways">
        {type.ports.map((port) => {
          const leaving = lines.filter((line) => line.port === port.key);
          return leaving.length > 0 ? (
            leaving.map((line) => <Way key={line.target} state={state} port={port} line={line} />)
          ) : (
            <Way key={port.key} state={state} port={port} line={null} />
          );
        })}
      </div>
    </section>
  );
}

function Way({ state, port, line }: { state: EditorState; port: Port; line: Line | null }) {
  const { act } = useEditor();
  const target = line ? nameOf(graphOf(state), line.target, state.types) : null;
  return (
    <div className="way" data-way-out={port.key}>
      <span className={`dot ${port.sign ?? ''}`} />
      {port.title}
      <span className="to">
        <Icon name="arrow-right" size={14} />
        {line && target !== null ? (
          <>
            <button type="button" className="cv-link" onClick={() => act((now) => openPanel(now, line.target))}>
              {target}
            </button>
            <button
              type="button"
              className="btn btn-quiet btn-icon btn-sm"
              aria-label={t('Remove the line to “{step}”', { step: target })}
              title={t('Remove the line')}
              onClick={() => act((now) => changeGraph(now, disconnect(graphOf(now), line)))}
            >
              <Icon name="x" size={14} />
            </button>
          </>
        ) : (
          t('trip ends here')
        )}
      </span>
    </div>
  );
}
