// Opens the settings of the selected step; while a line is being drawn by keyboard, joins it to the step it points at.
import { changeGraph, currentStep, graphOf, openPanel, select } from '../editor/state';
import { connect } from '../graph/edit';
import { t } from '../i18n';
import type { Command } from './command';

export const openSettings: Command = {
  name: 'open-settings',
  label: t('Settings of the step'),
  key: ['Enter'],
  can: (state) => currentStep(state) !== undefined || state.mode.kind === 'joining',
  perform(state, hands) {
    if (state.mode.kind === 'joining') {
      const { from, port, to } = state.mode;
      if (to === null) return state;
      hands.focus(to);
      return select(changeGraph(state, connect(graphOf(state), { source: from, port, target: to }, state.types)), to);
    }
    const step = currentStep(state);
    return step ? openPanel(state, step.id) : state;
  },
};
