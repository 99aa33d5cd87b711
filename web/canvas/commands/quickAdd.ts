// Opens the list of steps at the selected step; without a selected step, goes to the search of the palette.
import { currentStep, type EditorState, graphOf, typeOf } from '../editor/state';
import { freePorts, portsOf } from '../graph/query';
import type { Step } from '../graph/types';
import { t } from '../i18n';
import type { Command } from './command';

export function addingAfter(state: EditorState, step: Step): EditorState {
  const port = freePorts(graphOf(state), step, state.types)[0] ?? portsOf(step, state.types)[0];
  return port ? { ...state, mode: { kind: 'adding', spot: { after: step.id, port: port.key } } } : state;
}

export const quickAdd: Command = {
  name: 'quick-add',
  label: t('List of steps to add'),
  key: ['/'],
  perform(state, hands) {
    const step = currentStep(state);
    if (step && typeOf(state, step)) return addingAfter(state, step);
    hands.focusSearch();
    return state;
  },
};
