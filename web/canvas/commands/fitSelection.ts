// Shows the selected steps as large as they go.
import { t } from '../i18n';
import type { Command } from './command';

export const fitSelection: Command = {
  name: 'fit-selection',
  label: t('Fit the selection'),
  key: ['2'],
  can: (state) => state.selection.steps.length > 0,
  perform(state, hands) {
    hands.fit(state.selection.steps);
    return state;
  },
};
