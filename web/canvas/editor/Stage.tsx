// The canvas: React Flow over the graph; what hands do here becomes changes of the editor's state.
import {
  type Connection,
  type Edge,
  type EdgeChange,
  type FinalConnectionState,
  MiniMap,
  type Node,
  type NodeChange,
  ReactFlow,
  useKeyPress,
  useReactFlow,
} from '@xyflow/react';
import { useCallback, useEffect, useState } from 'react';
import { Ground } from '../chain/Ground';
import { BarButton, ZoomBar } from '../chain/ZoomBar';
import { shortcuts } from '../commands/shortcuts';
import { tidyUp } from '../commands/tidyUp';
import { connect, disconnect, moveSteps } from '../graph/edit';
import { canConnect, freePorts, portsOf, stepById } from '../graph/query';
import { GAP, type Line, lineId, type Point } from '../graph/types';
import { t } from '../i18n';
import { type CardNode, useCards, useLines } from './cards';
import { useEditor, useEditorState } from './context';
import { LineEdge } from './LineEdge';
import { DRAGGED_STEP } from './Palette';
import { place } from './place';
import { QuickAdd } from './QuickAdd';
import { reveal, showWhole } from './reveal';
import { StepNode } from './StepNode';
import { changeGraph, type EditorState, graphOf, NOTHING, openPanel, type Spot } from './state';

const NODE_TYPES = { step: StepNode };
const EDGE_TYPES = { line: LineEdge };

export function Stage() {
  const state = useEditorState();
  const { act, run } = useEditor();
  const flow = useReactFlow();
  const freehand = useKeyPress('Alt');
  const [dragged, setDragged] = useState<ReadonlyMap<string, Point>>(new Map());
  const [over, setOver] = useState<string | null>(null);
  const graph = graphOf(state);
  const { mode } = state;
  const opened = state.panel?.step;

  // The panel takes a part of the canvas: the step that it is about stays in view.
  useEffect(() => {
    if (opened === undefined) return;
    const frame = requestAnimationFrame(() => reveal(opened, flow));
    return () => cancelAnimationFrame(frame);
  }, [opened, flow]);

  const nodes = useCards(state, dragged);
  const edges = useLines(state, over);

  const onNodesChange = useCallback(
    (changes: NodeChange<CardNode>[]) => {
      const moved = changes.flatMap((each) =>
        each.type === 'position' && each.dragging && each.position ? [[each.id, each.position] as const] : [],
      );
      if (moved.length > 0) setDragged((before) => new Map([...before, ...moved]));
      act((now) => withSelected(now, changes));
    },
    [act],
  );
  const onEdgesChange = useCallback((changes: EdgeChange[]) => act((now) => withSelectedLines(now, changes)), [act]);
  const isValidConnection = useCallback(
    (connection: Connection | Edge) => canConnect(graph, asLine(connection), state.types),
    [graph, state.types],
  );

  function drop(moved: readonly Node[]): void {
    const to = new Map(moved.map((node) => [node.id, node.position]));
    const still = moved.every((node) => {
      const was = stepById(graph, node.id)?.position;
      return was && was.x === node.position.x && was.y === node.position.y;
    });
    setDragged(new Map());
    if (!still) act((now) => changeGraph(now, moveSteps(graphOf(now), to)));
  }

  /** A line let go over a card joins it; over the bare canvas it asks which step should stand there. */
  function letGo(event: MouseEvent | TouchEvent, drawing: FinalConnectionState): void {
    const { fromNode, fromHandle } = drawing;
    if (drawing.isValid || !fromNode || fromHandle?.type !== 'source' || !fromHandle.id) return;
    const pointer = 'changedTouches' in event ? event.changedTouches[0] : event;
    if (!pointer) return;
    const line = { source: fromNode.id, port: fromHandle.id };
    const card = document.elementFromPoint(pointer.clientX, pointer.clientY)?.closest('[data-node-id]');
    const target = card?.getAttribute('data-node-id');
    if (target) act((now) => changeGraph(now, connect(graphOf(now), { ...line, target }, now.types)));
    else {
      const at = flow.screenToFlowPosition({ x: pointer.clientX, y: pointer.clientY });
      act((now) => ({ ...now, mode: { kind: 'adding', spot: { after: line.source, port: line.port, at } } }));
    }
  }

  const placeAt = (type: string, event: React.MouseEvent | React.DragEvent) => {
    const spot = spotUnder(state, event.target, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
    act((now) => place(now, type, spot));
  };

  return (
    <section
      className={`cv-stage${mode.kind === 'placing' ? ' cv-placing' : ''}`}
      aria-label={t('Chain')}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED_STEP)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
        setOver(lineUnder(event.target));
      }}
      onDragLeave={() => setOver(null)}
      onDrop={(event) => {
        const type = event.dataTransfer.getData(DRAGGED_STEP);
        setOver(null);
        if (!type) return;
        event.preventDefault();
        placeAt(type, event);
      }}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDragStop={(_, __, moved) => drop(moved)}
        onSelectionDragStop={(_, moved) => drop(moved)}
        onConnect={(connection) => act((now) => changeGraph(now, connect(graphOf(now), asLine(connection), now.types)))}
        onConnectEnd={letGo}
        isValidConnection={isValidConnection}
        onNodeClick={(event) => mode.kind === 'placing' && placeAt(mode.type, event)}
        onNodeDoubleClick={(_, node) => act((now) => openPanel(now, node.id))}
        onEdgeClick={(event) => mode.kind === 'placing' && placeAt(mode.type, event)}
        onEdgeContextMenu={(event, edge) => {
          event.preventDefault();
          const line = graph.edges.find((each) => lineId(each) === edge.id);
          if (line) act((now) => changeGraph(now, disconnect(graphOf(now), line)));
        }}
        onPaneClick={(event) =>
          mode.kind === 'placing'
            ? placeAt(mode.type, event)
            : act((now) => ({ ...now, selection: NOTHING, panel: null, mode: { kind: 'idle' } }))
        }
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        zoomOnDoubleClick={false}
        panOnScroll
        snapToGrid={!freehand}
        snapGrid={[GAP.grid, GAP.grid]}
        connectionRadius={36}
        elevateNodesOnSelect={false}
        onInit={() => void showWhole(flow)}
        minZoom={0.1}
        maxZoom={2}
        proOptions={{ hideAttribution: true }}
      >
        <Ground />
        <MiniMap
          className="cv-mini"
          pannable
          zoomable
          ariaLabel={t('Small map of the chain')}
          nodeColor={mapColour}
          nodeBorderRadius={12}
        />
        <ZoomBar>
          <BarButton
            icon="layout-distribute-vertical"
            label={tidyUp.label}
            hotkey="Shift+T"
            onClick={() => run(tidyUp)}
          />
          <BarButton icon="keyboard" label={shortcuts.label} hotkey="?" onClick={() => run(shortcuts)} />
        </ZoomBar>
      </ReactFlow>
      {mode.kind === 'adding' && <QuickAdd spot={mode.spot} />}
    </section>
  );
}

const mapColour = (node: CardNode): string => node.data.colour;

const asLine = (connection: Connection | Edge): Line => ({
  source: connection.source,
  port: connection.sourceHandle ?? 'out',
  target: connection.target,
});

/** The line at an element of the canvas: its path, or the plus in its middle. */
function lineUnder(target: EventTarget): string | null {
  if (!(target instanceof Element)) return null;
  const plus = target.closest<HTMLElement>('[data-line]')?.dataset.line;
  return plus ?? target.closest('.react-flow__edge')?.getAttribute('data-id') ?? null;
}

/** What a step dropped here is meant for: a line to stand in, a card to stand behind, or the bare canvas. */
function spotUnder(state: EditorState, target: EventTarget, at: Point): Spot {
  const graph = graphOf(state);
  const line = graph.edges.find((each) => lineId(each) === lineUnder(target));
  if (line) return { line };
  const card = target instanceof Element ? target.closest('[data-node-id]')?.getAttribute('data-node-id') : null;
  const step = card ? stepById(graph, card) : undefined;
  const port = step && (freePorts(graph, step, state.types)[0] ?? portsOf(step, state.types)[0]);
  return step && port ? { after: step.id, port: port.key } : { at };
}

function withSelected(state: EditorState, changes: readonly NodeChange<CardNode>[]): EditorState {
  const picks = changes.filter((each) => each.type === 'select');
  if (picks.length === 0) return state;
  const steps = new Set(state.selection.steps);
  for (const pick of picks) pick.selected ? steps.add(pick.id) : steps.delete(pick.id);
  const selected = { ...state, selection: { ...state.selection, steps: [...steps] } };
  const [only, ...more] = steps;
  // An open panel follows the selection, as an inspector does.
  return state.panel && only !== undefined && more.length === 0 && only !== state.panel.step
    ? openPanel(selected, only)
    : selected;
}

function withSelectedLines(state: EditorState, changes: readonly EdgeChange[]): EditorState {
  const picks = changes.filter((each) => each.type === 'select');
  if (picks.length === 0) return state;
  const lines = new Set(state.selection.lines);
  for (const pick of picks) pick.selected ? lines.add(pick.id) : lines.delete(pick.id);
  return { ...state, selection: { ...state.selection, lines: [...lines] } };
}
