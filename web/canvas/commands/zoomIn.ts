// Shows the canvas larger.
import { t } from '../i18n';
import type { Command } from './command';

export const zoomIn: Command = {
  name: 'zoom-in',
  label: t('Zoom in'),
  key: ['+', '='],
  perform(state, hands) {
    hands.zoom(1.2);
    return state;
  },
};
