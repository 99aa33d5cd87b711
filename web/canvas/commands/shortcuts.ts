// Shows every key.
import { t } from '../i18n';
import type { Command } from './command';

export const shortcuts: Command = {
  name: 'shortcuts',
  label: t('Shortcuts'),
  key: ['?'],
  scope: 'editor',
  perform: (state) => ({ ...state, dialog: { kind: 'shortcuts' } }),
};
