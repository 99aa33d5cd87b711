// Adds the steps that are on the clipboard, from this campaign or another.
import { changeGraph, graphOf, select } from '../editor/state';
import { pasteSteps, readSteps } from '../graph/clipboard';
import { t } from '../i18n';
import type { Command } from './command';

export const paste: Command = {
  name: 'paste',
  label: t('Paste'),
  key: ['Ctrl+V'],
  event: 'paste',
  perform(state, hands) {
    const part = readSteps(hands.clipboard.read(), state.types);
    if (!part) return state;
    const [graph, ids] = pasteSteps(graphOf(state), part, state.types);
    return ids.length > 0 ? select(changeGraph(state, graph), ...ids) : state;
  },
};
