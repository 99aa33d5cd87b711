// A new step put where the person pointed; a second trigger asks first whether it replaces the one there is.
import { addAfter, addStep, connect, insertOnLine, replaceTrigger } from '../graph/edit';
import { stepById, triggerOf } from '../graph/query';
import { CARD, type Graph, type Point, type Step, type StepType } from '../graph/types';
import { changeGraph, type EditorState, graphOf, idle, openPanel, type Spot, select } from './state';

export function place(state: EditorState, key: string, spot: Spot): EditorState {
  const type = state.types.get(key);
  if (!type) return idle(state);
  if (type.trigger && triggerOf(graphOf(state), state.types))
    return { ...idle(state), dialog: { kind: 'replace', type: key } };
  const [graph, step] = put(state, type, spot);
  return opened(changeGraph(state, graph), step.id);
}

/** What a plus does: takes the step that is being placed, else opens the list of steps there. */
export const addAt = (state: EditorState, spot: Spot): EditorState =>
  state.mode.kind === 'placing' ? place(state, state.mode.type, spot) : { ...state, mode: { kind: 'adding', spot } };

function put(state: EditorState, type: StepType, spot: Spot): [Graph, Step] {
  const graph = graphOf(state);
  if ('line' in spot) return insertOnLine(graph, spot.line, type, state.types);
  if (!('after' in spot)) return addStep(graph, type, centredAt(spot.at));
  const source = stepById(graph, spot.after);
  if (source && !spot.at) return addAfter(graph, source, spot.port, type, state.types);
  const [grown, step] = addStep(graph, type, centredAt(spot.at ?? { x: 0, y: 0 }));
  return [connect(grown, { source: spot.after, port: spot.port, target: step.id }, state.types), step];
}

/** After the person agreed: the trigger becomes another one, with that one's first settings. */
export function replaceTriggerBy(state: EditorState, key: string): EditorState {
  const type = state.types.get(key);
  if (!type) return state;
  const next = changeGraph({ ...state, dialog: null }, replaceTrigger(graphOf(state), type, state.types));
  const trigger = triggerOf(graphOf(next), next.types);
  return trigger ? opened(next, trigger.id) : next;
}

/** A new step comes with its settings open, when it has any. */
function opened(state: EditorState, id: string): EditorState {
  const step = stepById(graphOf(state), id);
  const fields = Object.keys((step && state.types.get(step.type)?.schema.properties) ?? {});
  return fields.length > 0 ? openPanel({ ...state, panel: null }, id) : select(state, id);
}

const centredAt = (point: Point): Point => ({ x: point.x - CARD.width / 2, y: point.y - CARD.height / 2 });
