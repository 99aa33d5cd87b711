// Lays the whole chain out anew.
import { changeGraph, graphOf } from '../editor/state';
import { tidyUp as tidied } from '../graph/layout';
import { t } from '../i18n';
import type { Command } from './command';

export const tidyUp: Command = {
  name: 'tidy-up',
  label: t('Tidy up'),
  key: ['Shift+T'],
  perform(state, hands) {
    hands.fit();
    return changeGraph(state, tidied(graphOf(state), state.types));
  },
};
