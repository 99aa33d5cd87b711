// Shows the whole chain.
import { t } from '../i18n';
import type { Command } from './command';

export const fit: Command = {
  name: 'fit',
  label: t('Fit'),
  key: ['1'],
  perform(state, hands) {
    hands.fit();
    return state;
  },
};
