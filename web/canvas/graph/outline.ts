// A chain as an outline: the steps in reading order with their depth, and a heading before each branch.
import { linesIn, linesOut, portsOf, triggerOf } from './query';
import type { Graph, Port, Step, StepTypes } from './types';

export type OutlineRow =
  | { kind: 'step'; step: Step; depth: number }
  | { kind: 'branch'; from: Step; port: Port; depth: number };

/** Each step once, where it is first met; steps that nothing leads to come last. */
export function outline(graph: Graph, types: StepTypes): OutlineRow[] {
  const rows: OutlineRow[] = [];
  const seen = new Set<string>();
  const byId = new Map(graph.nodes.map((step) => [step.id, step]));

  function follow(step: Step, depth: number): void {
    if (seen.has(step.id)) return;
    seen.add(step.id);
    rows.push({ kind: 'step', step, depth });
    const ports = portsOf(step, types);
    for (const port of ports) {
      const lines = linesOut(graph, step.id).filter((line) => line.port === port.key);
      if (ports.length > 1) rows.push({ kind: 'branch', from: step, port, depth });
      for (const line of lines) {
        const target = byId.get(line.target);
        if (target) follow(target, depth + (ports.length > 1 ? 1 : 0));
      }
    }
  }

  const first = triggerOf(graph, types);
  const roots = graph.nodes.filter((step) => step !== first && linesIn(graph, step.id).length === 0);
  for (const root of first ? [first, ...roots] : roots) follow(root, 0);
  for (const step of graph.nodes) follow(step, 0);
  return rows;
}
