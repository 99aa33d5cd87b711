// Makes a copy of the selected steps beside them.
import { changeGraph, graphOf, select } from '../editor/state';
import { copySteps, pasteSteps, readSteps } from '../graph/clipboard';
import { triggerOf } from '../graph/query';
import { t } from '../i18n';
import type { Command } from './command';

export const duplicate: Command = {
  name: 'duplicate',
  label: t('Duplicate'),
  key: ['Ctrl+D'],
  // A trigger stays the only one of its campaign.
  can: (state) => state.selection.steps.some((id) => id !== triggerOf(graphOf(state), state.types)?.id),
  perform(state) {
    const part = readSteps(copySteps(graphOf(state), state.selection.steps), state.types);
    if (!part) return state;
    const [graph, ids] = pasteSteps(graphOf(state), part, state.types);
    return ids.length > 0 ? select(changeGraph(state, graph), ...ids) : state;
  },
};
