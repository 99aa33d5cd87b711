// Goes to the step that has the next problem, around and around.
import { openPanel, problemsNow } from '../editor/state';
import { t } from '../i18n';
import type { Command } from './command';

export const nextProblem: Command = {
  name: 'next-problem',
  label: t('Next problem'),
  key: ['F8'],
  can: (state) => problemsNow(state).some((problem) => problem.node !== null),
  perform(state) {
    const steps = [...new Set(problemsNow(state).flatMap((problem) => problem.node ?? []))];
    const here = steps.indexOf(state.selection.steps[0] ?? '');
    const next = steps[(here + 1) % steps.length];
    return next === undefined ? state : openPanel(state, next);
  },
};
