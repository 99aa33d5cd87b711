// Shows the canvas smaller.
import { t } from '../i18n';
import type { Command } from './command';

export const zoomOut: Command = {
  name: 'zoom-out',
  label: t('Zoom out'),
  key: ['-'],
  perform(state, hands) {
    hands.zoom(1 / 1.2);
    return state;
  },
};
