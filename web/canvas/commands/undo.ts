// Takes the last change back.
import { tidySelection } from '../editor/state';
import { undo as undoIn } from '../graph/history';
import { t } from '../i18n';
import type { Command } from './command';

export const undo: Command = {
  name: 'undo',
  label: t('Undo'),
  key: ['Ctrl+Z'],
  scope: 'editor',
  can: (state) => state.history.past.length > 0,
  perform: (state) => tidySelection({ ...state, history: undoIn(state.history) }),
};
