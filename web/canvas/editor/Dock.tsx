// The list of problems below the canvas, each with a way to the step that has it.
import { Tile } from '../chain/Face';
import { groupClass } from '../chain/group';
import { stepById } from '../graph/query';
import { titleOf } from '../graph/read';
import type { Problem } from '../graph/types';
import { t, tn } from '../i18n';
import { Icon } from '../ui/Icon';
import { useEditor, useEditorState } from './context';
import { errorsIn, graphOf, openPanel, problemsNow } from './state';

export function Dock() {
  const state = useEditorState();
  const { act } = useEditor();
  const problems = problemsNow(state);
  const errors = errorsIn(problems).length;
  if (problems.length === 0) return null;
  return (
    <section className="cv-dock" aria-label={t('Problems')}>
      <div className="dock-h">
        <span className={errors > 0 ? 'bad' : 'warn'}>
          <Icon name={errors > 0 ? 'alert-circle' : 'alert-triangle'} />
        </span>
        {errors > 0 ? tn('{n} problem', '{n} problems', errors) : tn('{n} warning', '{n} warnings', problems.length)}
        <span className="t3 cv-light">
          {errors === 0
            ? t('Publishing does not wait for warnings')
            : tn('Publishing waits for it', 'Publishing waits for all of them', errors)}
        </span>
        <button
          type="button"
          className="btn btn-quiet btn-sm btn-icon cv-end"
          aria-label={state.dock ? t('Hide the problems') : t('Show the problems')}
          aria-expanded={state.dock}
          onClick={() => act((now) => ({ ...now, dock: !now.dock }))}
        >
          <Icon name={state.dock ? 'chevron-down' : 'chevron-up'} />
        </button>
      </div>
      {state.dock && (
        <ul className="cv-dock-l">
          {problems.map((problem) => (
            <ProblemRow key={`${problem.where} ${problem.message}`} problem={problem} />
          ))}
        </ul>
      )}
    </section>
  );
}

export function ProblemRow({ problem }: { problem: Problem }) {
  const state = useEditorState();
  const { act } = useEditor();
  const step = problem.node === null ? undefined : stepById(graphOf(state), problem.node);
  const type = step && state.types.get(step.type);
  function go(): void {
    if (!step)
      act((now) => ({ ...now, dialog: null, view: problem.where.startsWith('settings') ? 'settings' : 'chain' }));
    else act((now) => openPanel({ ...now, dialog: null }, step.id));
  }
  return (
    <li className="dock-r" data-problem={problem.where} data-severity={problem.severity}>
      {type ? (
        <span className={groupClass(type)}>
          <Tile type={type} />
        </span>
      ) : (
        <span className="g-flow tile">
          <Icon name="route" />
        </span>
      )}
      <span>
        <span className="m">{step ? titleOf(step, state.types) : t('Campaign')}</span>: {problem.message}
        {problem.severity === 'warning' && <span className="t3"> ({t('warning')})</span>}
      </span>
      {(step || problem.where.startsWith('settings')) && (
        <button type="button" className="btn-link cv-link cv-end" onClick={go}>
          {step ? t('Go to the step') : t('Go to the settings')}
        </button>
      )}
    </li>
  );
}
