// OK: the settings stay as typed, the panel closes.
import { t } from '../i18n';
import type { Command } from './command';

export const closeSettings: Command = {
  name: 'close-settings',
  label: t('OK: close the settings'),
  key: ['Ctrl+Enter'],
  scope: 'typing',
  can: (state) => state.panel !== null,
  perform(state, hands) {
    if (state.panel) hands.focus(state.panel.step);
    return { ...state, panel: null };
  },
};
