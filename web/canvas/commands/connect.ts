// Draws a line by keyboard: C takes the next way out, arrows point at a step, Enter joins, Esc leaves.
import { currentStep, type EditorState, graphOf } from '../editor/state';
import { freePorts, portsOf, stepById, targetsFor } from '../graph/query';
import type { Step } from '../graph/types';
import { t } from '../i18n';
import type { Command } from './command';

function joinFrom(state: EditorState, step: Step, port: string | undefined): EditorState {
  if (port === undefined) return state;
  const below = targetsFor(graphOf(state), step.id, port, state.types).sort(
    (a, b) => distance(step, a) - distance(step, b),
  );
  return { ...state, mode: { kind: 'joining', from: step.id, port, to: below[0]?.id ?? null } };
}

const distance = (a: Step, b: Step) => Math.hypot(a.position.x - b.position.x, a.position.y - b.position.y);

export const connect: Command = {
  name: 'connect',
  label: t('Draw a line'),
  key: ['C'],
  can: (state) => currentStep(state) !== undefined,
  perform(state) {
    const { mode } = state;
    if (mode.kind === 'joining') {
      const from = stepById(graphOf(state), mode.from);
      if (!from) return state;
      const ports = portsOf(from, state.types);
      const next = ports[(ports.findIndex((port) => port.key === mode.port) + 1) % ports.length];
      return joinFrom(state, from, next?.key);
    }
    const step = currentStep(state);
    if (!step) return state;
    const port = freePorts(graphOf(state), step, state.types)[0] ?? portsOf(step, state.types)[0];
    return joinFrom(state, step, port?.key);
  },
};
