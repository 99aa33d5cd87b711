// Makes a copy of the selected steps beside them.
import { changeGraph, graphOf, select } from '../editor/state';
import { copySteps, pasteSteps, readSteps } from '../graph/clipboard';
import { t } from '../i18n';
import type { Command } from './command';

export const duplicate: Command = {
  name: 'duplicate',
  label: t('Duplicate'),
  key: ['Ctrl+D'],
  can: (state) => state.selection.steps.length > 0,
  perform(state) {
    const part = readSteps(copySteps(graphOf(state), state.selection.steps), state.types);
    if (!part) return state;
    const [graph, ids] = pasteSteps(graphOf(state), part, state.types);
    return ids.length > 0 ? select(changeGraph(state, graph), ...ids) : state;
  },
};
