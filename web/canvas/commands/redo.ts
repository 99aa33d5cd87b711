// Does again what was undone last.
import { tidySelection } from '../editor/state';
import { redo as redoIn } from '../graph/history';
import { t } from '../i18n';
import type { Command } from './command';

export const redo: Command = {
  name: 'redo',
  label: t('Redo'),
  key: ['Ctrl+Shift+Z', 'Ctrl+Y'],
  scope: 'editor',
  can: (state) => state.history.future.length > 0,
  perform: (state) => tidySelection({ ...state, history: redoIn(state.history) }),
};
