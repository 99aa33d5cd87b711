// Live cards are taller than those of the editor: what stands below is moved down so that lines keep their length.
import { moveSteps } from '../graph/edit';
import { CARD, GAP, type Graph, type StepTypes } from '../graph/types';

const TALLER = CARD.liveHeight - CARD.height;

/** Each row of cards (tops within one grid square of each other) is pushed down by the growth of the rows above it. */
export function spread(graph: Graph, types: StepTypes): Graph {
  const tops = [...new Set(graph.nodes.map((step) => step.position.y))].sort((a, b) => a - b);
  const rows = tops.filter((top, index) => index === 0 || top - (tops[index - 1] ?? top) > GAP.grid);
  const branches = new Set(
    graph.nodes
      .filter((step) => (types.get(step.type)?.ports.length ?? 0) > 1)
      .map((step) => rowOf(rows, step.position.y)),
  );
  const pushed = (y: number) => {
    const row = rowOf(rows, y);
    const branchesAbove = [...branches].filter((branch) => branch < row).length;
    return y + row * TALLER + branchesAbove * 24;
  };
  return moveSteps(
    graph,
    new Map(graph.nodes.map((step) => [step.id, { x: step.position.x, y: pushed(step.position.y) }])),
  );
}

const rowOf = (rows: readonly number[], y: number): number => rows.filter((top) => top <= y).length - 1;
