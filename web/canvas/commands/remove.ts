// Deletes the selected steps and lines.
import { changeGraph, type EditorState, graphOf, selectedLines } from '../editor/state';
import { disconnect, removeSteps } from '../graph/edit';
import { linesIn, stepById } from '../graph/query';
import { t } from '../i18n';
import type { Command, Hands } from './command';

const anySelected = (state: EditorState) => state.selection.steps.length + state.selection.lines.length > 0;

function perform(state: EditorState, hands: Hands): EditorState {
  const graph = graphOf(state);
  const before = state.selection.steps.flatMap((id) => linesIn(graph, id).map((line) => line.source))[0];
  const unjoined = selectedLines(state).reduce(disconnect, graph);
  const next = changeGraph(state, removeSteps(unjoined, state.selection.steps, state.types));
  if (before !== undefined && stepById(graphOf(next), before)) hands.focus(before);
  return next;
}

export const remove: Command = {
  name: 'remove',
  label: t('Delete'),
  key: ['Delete', 'Backspace'],
  can: anySelected,
  perform,
};
