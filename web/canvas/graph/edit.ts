// Changes to a chain, each a pure function from a graph to a graph; validity is the server's question, shape is ours.
import { canConnect, linesIn, linesOut, portsOf, reachableFrom, stepById, triggerOf } from './query';
import {
  CARD,
  GAP,
  type Graph,
  type Line,
  type Point,
  type Settings,
  type Step,
  type StepType,
  type StepTypes,
  sameLine,
} from './types';

/** The first free id of the form n1, n2, … : short, and never one that the graph already uses. */
export function freeId(graph: Graph): string {
  const used = new Set(graph.nodes.map((step) => step.id));
  let n = graph.nodes.length + 1;
  while (used.has(`n${n}`)) n += 1;
  return `n${n}`;
}

export const snap = (point: Point): Point => ({
  x: Math.round(point.x / GAP.grid) * GAP.grid,
  y: Math.round(point.y / GAP.grid) * GAP.grid,
});

export function addStep(graph: Graph, type: StepType, position: Point): [Graph, Step] {
  const step = {
    id: freeId(graph),
    type: type.key,
    settings: structuredClone(type.defaults),
    position: snap(position),
  };
  return [{ ...graph, nodes: [...graph.nodes, step] }, step];
}

export function connect(graph: Graph, line: Line, types: StepTypes): Graph {
  return canConnect(graph, line, types) ? { ...graph, edges: [...graph.edges, line] } : graph;
}

export const disconnect = (graph: Graph, line: Line): Graph => ({
  ...graph,
  edges: graph.edges.filter((other) => !sameLine(line, other)),
});

/** A step right below `source`, joined to its way out `port`; a line that left there goes on from the new step. */
export function addAfter(graph: Graph, source: Step, port: string, type: StepType, types: StepTypes): [Graph, Step] {
  const leaving = linesOut(graph, source.id).find((line) => line.port === port);
  if (leaving) return insertOnLine(graph, leaving, type, types);
  const ports = portsOf(source, types);
  const column = ports.findIndex((other) => other.key === port) - (ports.length - 1) / 2;
  const position = {
    x: source.position.x + column * (CARD.width + GAP.column),
    y: source.position.y + CARD.height + (ports.length > 1 ? GAP.branch : GAP.rank),
  };
  const [grown, step] = addStep(graph, type, clearOf(graph, position));
  return [connect(grown, { source: source.id, port, target: step.id }, types), step];
}

/** A step in the middle of a line: what stood below moves down when there is no room. */
export function insertOnLine(graph: Graph, line: Line, type: StepType, types: StepTypes): [Graph, Step] {
  const source = stepById(graph, line.source);
  const target = stepById(graph, line.target);
  if (!source || !target) throw new Error(`A line without an end: ${line.source} to ${line.target}`);
  const above = portsOf(source, types).length > 1 ? GAP.branch : GAP.rank;
  const position = { x: target.position.x, y: source.position.y + CARD.height + above };
  const missing = position.y + CARD.height + (type.ports.length > 1 ? GAP.branch : GAP.rank) - target.position.y;
  const roomy = missing > 0 ? moveDown(graph, reachableFrom(graph, target.id), missing) : graph;
  const [grown, step] = addStep(disconnect(roomy, line), type, position);
  const joined = connect(grown, { ...line, target: step.id }, types);
  const out = type.ports[0];
  return [out ? connect(joined, { source: step.id, port: out.key, target: line.target }, types) : joined, step];
}

/** Takes steps away; where one step stood alone between two others, these are joined again. */
export function removeSteps(graph: Graph, ids: readonly string[], types: StepTypes): Graph {
  return ids.reduce((rest, id) => removeStep(rest, id, types), graph);
}

function removeStep(graph: Graph, id: string, types: StepTypes): Graph {
  const [coming, leaving] = [linesIn(graph, id), linesOut(graph, id)];
  const rest = {
    nodes: graph.nodes.filter((step) => step.id !== id),
    edges: graph.edges.filter((line) => line.source !== id && line.target !== id),
  };
  const [before, after] = [coming[0], leaving[0]];
  if (coming.length !== 1 || leaving.length !== 1 || !before || !after) return rest;
  return connect(rest, { ...before, target: after.target }, types);
}

export const moveSteps = (graph: Graph, to: ReadonlyMap<string, Point>): Graph => ({
  ...graph,
  nodes: graph.nodes.map((step) => {
    const position = to.get(step.id);
    return position ? { ...step, position } : step;
  }),
});

export const changeSettings = (graph: Graph, id: string, settings: Settings): Graph => ({
  ...graph,
  nodes: graph.nodes.map((step) => (step.id === id ? { ...step, settings } : step)),
});

/** Gives a step another type and that type's own first settings; lines from ways out that it lacks go to its first. */
export function changeType(graph: Graph, id: string, type: StepType): Graph {
  const keys = new Set(type.ports.map((port) => port.key));
  const first = type.ports[0]?.key;
  return {
    nodes: graph.nodes.map((step) =>
      step.id === id ? { ...step, type: type.key, settings: structuredClone(type.defaults) } : step,
    ),
    edges: graph.edges.flatMap((line) => {
      if (line.source !== id || keys.has(line.port)) return [line];
      return first === undefined ? [] : [{ ...line, port: first }];
    }),
  };
}

export function replaceTrigger(graph: Graph, type: StepType, types: StepTypes): Graph {
  const trigger = triggerOf(graph, types);
  return trigger ? changeType(graph, trigger.id, type) : addStep(graph, type, { x: 0, y: 0 })[0];
}

const moveDown = (graph: Graph, ids: ReadonlySet<string>, by: number): Graph =>
  moveSteps(
    graph,
    new Map(
      graph.nodes
        .filter((step) => ids.has(step.id))
        .map((step) => [
          step.id,
          snap({ x: step.position.x, y: step.position.y + Math.ceil(by / GAP.grid) * GAP.grid }),
        ]),
    ),
  );

/** Whether a card at this place would cover another. */
export const isCovered = (graph: Graph, at: Point): boolean =>
  graph.nodes.some(
    (step) =>
      Math.abs(step.position.x - at.x) < CARD.width + GAP.grid &&
      Math.abs(step.position.y - at.y) < CARD.height + GAP.grid,
  );

/** The same place, or the nearest to its right that covers no other card. */
function clearOf(graph: Graph, position: Point): Point {
  const place = { ...position };
  while (isCovered(graph, place)) place.x += CARD.width + GAP.column;
  return place;
}
