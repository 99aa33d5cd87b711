// Goes to the step that has the next problem, around and around.
import { openPanel } from '../editor/state';
import { t } from '../i18n';
import type { Command } from './command';

export const nextProblem: Command = {
  name: 'next-problem',
  label: t('Next problem'),
  key: ['F8'],
  can: (state) => state.check.problems.some((problem) => problem.node !== null),
  perform(state, hands) {
    const steps = [...new Set(state.check.problems.flatMap((problem) => problem.node ?? []))];
    const here = steps.indexOf(state.selection.steps[0] ?? '');
    const next = steps[(here + 1) % steps.length];
    if (next === undefined) return state;
    hands.focus(next);
    return openPanel(state, next);
  },
};
