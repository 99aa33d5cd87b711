// The read-only chain of a run with its numbers; shared by the editor's results and the page of a run.
import { type Edge, type Node, ReactFlow, ReactFlowProvider } from '@xyflow/react';
import { useMemo } from 'react';
import type { Run } from '../api';
import { placed } from '../graph/layout';
import { linesOut, portsOf, stepById, triggerOf } from '../graph/query';
import { titleOf } from '../graph/read';
import { CARD, type Graph, lineId, type StepTypes } from '../graph/types';
import { t } from '../i18n';
import { Ground } from './Ground';
import { LiveLine, type LiveLineData } from './LiveLine';
import { LiveStep, type LiveStepData } from './LiveStep';
import { NO_COUNTS } from './Stats';
import { spread } from './spread';
import { ZoomBar } from './ZoomBar';

const NODE_TYPES = { step: LiveStep };
const EDGE_TYPES = { line: LiveLine };

type Props = { run: Run; types: StepTypes };

export function LiveChain({ run, types }: Props) {
  const graph = useMemo(() => spread(placed(run.graph, types), types), [run.graph, types]);
  const nodes = useMemo(() => liveSteps(graph, run, types), [graph, run, types]);
  const edges = useMemo(() => liveLines(graph, run, types), [graph, run, types]);
  return (
    <ReactFlowProvider>
      <section className="cv-stage cv-live" aria-label={t('Chain with numbers')}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          zoomOnDoubleClick={false}
          zoomOnScroll={false}
          preventScrolling={false}
          fitView
          fitViewOptions={{ maxZoom: 1, padding: { top: '16px', x: '20px', bottom: '72px' } }}
          minZoom={0.1}
          proOptions={{ hideAttribution: true }}
        >
          <Ground />
          <ZoomBar />
        </ReactFlow>
      </section>
    </ReactFlowProvider>
  );
}

const liveSteps = (graph: Graph, run: Run, types: StepTypes): Node<LiveStepData>[] =>
  graph.nodes.map((step) => ({
    id: step.id,
    type: 'step',
    position: step.position,
    width: CARD.width,
    height: CARD.liveHeight,
    measured: { width: CARD.width, height: CARD.liveHeight },
    data: {
      run: run.id,
      type: types.get(step.type),
      title: titleOf(step, types),
      summary: run.summaries[step.id] ?? '',
      counts: run.nodes[step.id] ?? NO_COUNTS,
      moving: run.status === 'going_on',
      joined: linesOut(graph, step.id).map((line) => line.port),
    },
  }));

function liveLines(graph: Graph, run: Run, types: StepTypes): Edge<LiveLineData>[] {
  const trigger = triggerOf(graph, types);
  const entered = (trigger && run.nodes[trigger.id]?.in) ?? run.entered;
  return graph.edges.map((line) => {
    const counts = run.nodes[line.source] ?? NO_COUNTS;
    const source = stepById(graph, line.source);
    const ports = source ? portsOf(source, types) : [];
    return {
      id: lineId(line),
      type: 'line',
      source: line.source,
      sourceHandle: line.port,
      target: line.target,
      data: {
        count: counts.out[line.port] ?? 0,
        from: counts.in,
        entered,
        port: ports.find((port) => port.key === line.port) ?? null,
        branch: ports.length > 1,
      },
    };
  });
}
