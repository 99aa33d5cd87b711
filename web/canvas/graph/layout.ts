// Tidy-up: dagre places the cards in ranks from top to bottom, and the trigger keeps its place.
import { Graph as Dagre, layout } from '@dagrejs/dagre';
import { moveSteps, snap } from './edit';
import { portsOf, triggerOf } from './query';
import { CARD, GAP, type Graph, type StepTypes } from './types';

export function tidyUp(graph: Graph, types: StepTypes, height: number = CARD.height): Graph {
  if (graph.nodes.length === 0) return graph;
  const plan = new Dagre({ multigraph: true });
  plan.setGraph({ rankdir: 'TB', nodesep: GAP.column, ranksep: GAP.rank });
  plan.setDefaultEdgeLabel(() => ({}));
  // A step with several ways out is planned taller, so that the words on its lines have room beneath it.
  const room = new Map(
    graph.nodes.map((step) => [step.id, portsOf(step, types).length > 1 ? GAP.branch - GAP.rank : 0]),
  );
  for (const step of graph.nodes)
    plan.setNode(step.id, { width: CARD.width, height: height + (room.get(step.id) ?? 0) });
  for (const line of inPortOrder(graph, types)) plan.setEdge(line.source, line.target, {}, line.port);
  // Without dagre's own search for fewer crossings, branches stay in the order of their ways out: yes at the left.
  layout(plan, { disableOptimalOrderHeuristic: true });

  const place = (id: string) => {
    const at = plan.node(id);
    return { x: at.x - CARD.width / 2, y: at.y - (height + (room.get(id) ?? 0)) / 2 };
  };
  const fixed = triggerOf(graph, types) ?? graph.nodes[0];
  if (!fixed) return graph;
  const origin = place(fixed.id);
  const shift = { x: fixed.position.x - origin.x, y: fixed.position.y - origin.y };
  return moveSteps(
    graph,
    new Map(
      graph.nodes.map((step) => {
        const at = place(step.id);
        return [step.id, step === fixed ? step.position : snap({ x: at.x + shift.x, y: at.y + shift.y })];
      }),
    ),
  );
}

/** A chain that a program drew may leave positions out: then all of it is laid out. */
export function placed(graph: Graph, types: StepTypes): Graph {
  if (graph.nodes.every((step) => step.position)) return graph;
  const origin = { x: 0, y: 0 };
  return tidyUp({ ...graph, nodes: graph.nodes.map((step) => ({ ...step, position: origin })) }, types);
}

/** Lines in the order in which their ways out stand on the card. */
const inPortOrder = (graph: Graph, types: StepTypes) =>
  graph.nodes.flatMap((step) =>
    portsOf(step, types).flatMap((port) =>
      graph.edges.filter((line) => line.source === step.id && line.port === port.key),
    ),
  );
