// Arrow keys: along the lines up and down, between branches left and right; while joining, from one fitting step to the next.
import { type EditorState, graphOf, select } from '../editor/state';
import { type Direction, inReadingOrder, neighbour, targetsFor } from '../graph/query';
import { t } from '../i18n';
import type { Command, Hands } from './command';

function walk(state: EditorState, direction: Direction, hands: Hands): EditorState {
  if (state.mode.kind === 'joining') return point(state, direction === 'down' || direction === 'right' ? 1 : -1);
  const next = neighbour(graphOf(state), state.selection.steps[0] ?? '', direction);
  if (!next) return state;
  hands.focus(next.id);
  return select(state, next.id);
}

function point(state: EditorState, by: 1 | -1): EditorState {
  if (state.mode.kind !== 'joining') return state;
  const { from, port, to } = state.mode;
  const fitting = inReadingOrder(targetsFor(graphOf(state), from, port, state.types));
  const place = fitting.findIndex((step) => step.id === to) + by;
  const next = fitting[(place + fitting.length) % fitting.length];
  return next ? { ...state, mode: { ...state.mode, to: next.id } } : state;
}

const command = (direction: Direction, key: string, label: string): Command => ({
  name: `walk-${direction}`,
  label,
  key: [key],
  can: (state) => state.mode.kind === 'idle' || state.mode.kind === 'joining',
  perform: (state, hands) => walk(state, direction, hands),
});

export const walkUp = command('up', 'ArrowUp', t('To the step above'));
export const walkDown = command('down', 'ArrowDown', t('To the step below'));
export const walkLeft = command('left', 'ArrowLeft', t('To the branch at the left'));
export const walkRight = command('right', 'ArrowRight', t('To the branch at the right'));
