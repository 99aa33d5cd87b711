// Saves the draft now, without waiting for it to save itself.
import { t } from '../i18n';
import type { Command } from './command';

export const save: Command = {
  name: 'save',
  label: t('Save'),
  key: ['Ctrl+S'],
  scope: 'typing',
  perform(state, hands) {
    hands.save();
    return state;
  },
};
