// Writes the selected steps, and the lines between them, to the clipboard.
import { graphOf } from '../editor/state';
import { copySteps } from '../graph/clipboard';
import { t } from '../i18n';
import type { Command } from './command';

export const copy: Command = {
  name: 'copy',
  label: t('Copy'),
  key: ['Ctrl+C'],
  event: 'copy',
  can: (state) => state.selection.steps.length > 0,
  perform(state, hands) {
    hands.clipboard.write(copySteps(graphOf(state), state.selection.steps));
    return state;
  },
};
