// Esc: leaves the topmost thing; open settings go back to how they were, as one step that can be undone.
import { changeDocument, type EditorState, graphOf, idle, NOTHING } from '../editor/state';
import { stepById } from '../graph/query';
import { t } from '../i18n';
import type { Command, Hands } from './command';

function perform(state: EditorState, hands: Hands): EditorState {
  if (state.mode.kind !== 'idle') return idle(state);
  if (!state.panel) return { ...state, selection: NOTHING };
  const { step: id, before } = state.panel;
  hands.focus(id);
  const graph = graphOf(state);
  const closed = { ...state, panel: null };
  const now = stepById(graph, id);
  if (!now || (now.settings === before.settings && now.type === before.type)) return closed;
  const nodes = graph.nodes.map((step) =>
    step.id === id ? { ...step, type: before.type, settings: before.settings } : step,
  );
  return changeDocument(closed, { graph: { ...graph, nodes } });
}

export const cancel: Command = {
  name: 'cancel',
  label: t('Cancel, or leave what is going on'),
  key: ['Escape'],
  scope: 'typing',
  can: (state) =>
    state.mode.kind !== 'idle' ||
    state.panel !== null ||
    state.selection.steps.length + state.selection.lines.length > 0,
  perform,
};
