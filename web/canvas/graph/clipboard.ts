// Steps as text: what copying writes and pasting reads, in this campaign, another one or another tab.
import { freeId, isCovered, snap } from './edit';
import { triggerOf } from './query';
import { CARD, GAP, type Graph, type StepTypes } from './types';

const MARK = 'catena/steps';

export function copySteps(graph: Graph, ids: readonly string[]): string {
  const chosen = new Set(ids);
  const part: Graph = {
    nodes: graph.nodes.filter((step) => chosen.has(step.id)),
    edges: graph.edges.filter((line) => chosen.has(line.source) && chosen.has(line.target)),
  };
  return JSON.stringify({ kind: MARK, ...part });
}

/** The steps in a text that copying wrote; null for any other text. Steps of unknown types are left out. */
export function readSteps(text: string, types: StepTypes): Graph | null {
  try {
    const part = JSON.parse(text);
    if (part?.kind !== MARK || !Array.isArray(part.nodes) || !Array.isArray(part.edges)) return null;
    const nodes = (part as Graph).nodes.filter((step) => types.has(step.type));
    const ids = new Set(nodes.map((step) => step.id));
    return { nodes, edges: (part as Graph).edges.filter((line) => ids.has(line.source) && ids.has(line.target)) };
  } catch {
    return null;
  }
}

/** Adds the steps of `part` under new ids, clear of other cards; a trigger comes along only where there is none. */
export function pasteSteps(graph: Graph, part: Graph, types: StepTypes): [Graph, string[]] {
  const hasTrigger = triggerOf(graph, types) !== undefined;
  const renamed = new Map<string, string>();
  const aside = shiftToClear(graph, part);
  let grown = graph;
  for (const step of part.nodes) {
    if (hasTrigger && types.get(step.type)?.trigger) continue;
    const id = freeId(grown);
    renamed.set(step.id, id);
    const position = snap({ x: step.position.x + aside, y: step.position.y });
    grown = { ...grown, nodes: [...grown.nodes, { ...structuredClone(step), id, position }] };
  }
  const edges = part.edges.flatMap((line) => {
    const [source, target] = [renamed.get(line.source), renamed.get(line.target)];
    return source && target ? [{ ...line, source, target }] : [];
  });
  return [{ ...grown, edges: [...grown.edges, ...edges] }, [...renamed.values()]];
}

/** How far to the right the whole of `part` must stand to cover nothing. */
function shiftToClear(graph: Graph, part: Graph): number {
  let aside = 0;
  while (part.nodes.some(({ position }) => isCovered(graph, { x: position.x + aside, y: position.y })))
    aside += CARD.width + GAP.column;
  return aside;
}
