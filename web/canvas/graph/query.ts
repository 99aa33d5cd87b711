// Questions about a chain: who is joined to whom, what may be joined, and which step lies in which direction.
import type { Graph, Line, Point, Port, Step, StepTypes } from './types';

export const stepById = (graph: Graph, id: string): Step | undefined => graph.nodes.find((step) => step.id === id);
export const linesOut = (graph: Graph, id: string): Line[] => graph.edges.filter((line) => line.source === id);
export const linesIn = (graph: Graph, id: string): Line[] => graph.edges.filter((line) => line.target === id);

export const portsOf = (step: Step, types: StepTypes): Port[] => types.get(step.type)?.ports ?? [];

export const triggerOf = (graph: Graph, types: StepTypes): Step | undefined =>
  graph.nodes.find((step) => types.get(step.type)?.trigger);

/** Ways out that no line leaves from. */
export function freePorts(graph: Graph, step: Step, types: StepTypes): Port[] {
  const joined = new Set(linesOut(graph, step.id).map((line) => line.port));
  return portsOf(step, types).filter((port) => !joined.has(port.key));
}

/** Every step that can be reached from `id`, itself included. */
export function reachableFrom(graph: Graph, id: string): Set<string> {
  const seen = new Set<string>();
  const next = [id];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    next.push(...linesOut(graph, at).map((line) => line.target));
  }
  return seen;
}

/** A line may be drawn to any other step that takes people in, when it closes no circle and is not there already. */
export function canConnect(graph: Graph, line: Line, types: StepTypes): boolean {
  const target = stepById(graph, line.target);
  const source = stepById(graph, line.source);
  if (!target || !source || types.get(target.type)?.trigger) return false;
  if (!portsOf(source, types).some((port) => port.key === line.port)) return false;
  if (
    graph.edges.some(
      (other) => other.source === line.source && other.port === line.port && other.target === line.target,
    )
  )
    return false;
  return !reachableFrom(graph, line.target).has(line.source);
}

export const targetsFor = (graph: Graph, source: string, port: string, types: StepTypes): Step[] =>
  graph.nodes.filter((step) => canConnect(graph, { source, port, target: step.id }, types));

/** Steps in reading order: from top to bottom, then from left to right. */
export const inReadingOrder = (steps: readonly Step[]): Step[] =>
  [...steps].sort((a, b) => a.position.y - b.position.y || a.position.x - b.position.x);

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The next step for an arrow key: along a line (up, down), else to the nearest step beside (left, right). */
export function neighbour(graph: Graph, id: string, direction: Direction): Step | undefined {
  const here = stepById(graph, id);
  if (!here) return inReadingOrder(graph.nodes)[0];
  if (direction === 'down' || direction === 'up') {
    const along =
      direction === 'down' ? linesOut(graph, id).map((l) => l.target) : linesIn(graph, id).map((l) => l.source);
    const steps = along.flatMap((other) => stepById(graph, other) ?? []);
    return steps.sort((a, b) => a.position.x - b.position.x)[0];
  }
  const sign = direction === 'right' ? 1 : -1;
  const distance = (p: Point) => Math.abs(p.x - here.position.x) + 3 * Math.abs(p.y - here.position.y);
  return graph.nodes
    .filter((step) => sign * (step.position.x - here.position.x) > 20)
    .sort((a, b) => distance(a.position) - distance(b.position))[0];
}
