// What each card and each line of the canvas shows, as values that stay the same objects while nothing about them changes:
// so a chain of two hundred steps draws anew only what was touched.
import type { Edge, Node } from '@xyflow/react';
import { useRef } from 'react';
import { groupClass } from '../chain/group';
import { inReadingOrder, linesIn, portsOf, stepById } from '../graph/query';
import { nameOf, readStep, titleOf } from '../graph/read';
import { CARD, type Line, lineId, type Point, type Port, type Problem, type Step, type StepType } from '../graph/types';
import { type EditorState, errorsIn, graphOf } from './state';

export type CardData = {
  step: Step;
  type: StepType | undefined;
  title: string;
  /** One line of words; what to do, where there is a problem. */
  summary: string;
  label: string;
  trouble: 'error' | 'warning' | null;
  warning: string | undefined;
  entered: boolean;
  /** Keys of the ways out that a line leaves from. */
  joined: string;
  selected: boolean;
  /** Selected, and nothing else is. */
  alone: boolean;
  /** A line that is being drawn by keyboard points here. */
  pointed: boolean;
  tabStop: boolean;
  colour: string;
};
export type CardNode = Node<CardData>;

export type LineData = {
  line: Line;
  /** The way out, where its step has several. */
  port: Port | undefined;
  target: string;
  /** One of its ends is selected. */
  hot: boolean;
};
export type LineNode = Edge<LineData>;

export function useCards(state: EditorState, dragged: ReadonlyMap<string, Point>): CardNode[] {
  const known = useRef(new Map<string, CardNode>());
  const data = useRef(new Map<string, CardData>());
  const facts = factsOf(state);
  return graphOf(state).nodes.map((step) => {
    const selected = state.selection.steps.includes(step.id);
    return kept(known.current, step.id, {
      id: step.id,
      type: 'step',
      position: dragged.get(step.id) ?? step.position,
      selected,
      width: CARD.width,
      height: CARD.height,
      measured: MEASURED,
      data: kept(data.current, step.id, cardOf(state, step, selected, facts)),
    });
  });
}

export function useLines(state: EditorState, over: string | null): LineNode[] {
  const known = useRef(new Map<string, LineNode>());
  const data = useRef(new Map<string, LineData>());
  const { steps, lines } = state.selection;
  return graphOf(state).edges.map((line) => {
    const id = lineId(line);
    return kept(known.current, id, {
      id,
      type: 'line',
      source: line.source,
      sourceHandle: line.port,
      target: line.target,
      selected: lines.includes(id),
      interactionWidth: 28,
      className: over === id ? 'cv-over' : '',
      data: kept(data.current, id, lineOf(state, line, steps.includes(line.source) || steps.includes(line.target))),
    });
  });
}

const MEASURED = { width: CARD.width, height: CARD.height };

type Facts = { problems: ReadonlyMap<string, Problem[]>; tabStop: string | undefined };

/** What all cards ask for, found once for all of them. */
function factsOf(state: EditorState): Facts {
  const problems = new Map<string, Problem[]>();
  for (const problem of state.check.problems)
    if (problem.node !== null) problems.set(problem.node, [...(problems.get(problem.node) ?? []), problem]);
  return {
    problems,
    // One step of the canvas is in the page's Tab order: the selected one, else the first. Arrows walk from there.
    tabStop: state.selection.steps[0] ?? inReadingOrder(graphOf(state).nodes)[0]?.id,
  };
}

function cardOf(state: EditorState, step: Step, selected: boolean, facts: Facts): CardData {
  const graph = graphOf(state);
  const type = state.types.get(step.type);
  const problems = facts.problems.get(step.id) ?? [];
  const error = errorsIn(problems)[0];
  const summary = state.check.summaries[step.id];
  return {
    step,
    type,
    title: titleOf(step, state.types),
    summary: error?.message ?? summary ?? type?.help ?? '',
    label: readStep(graph, step, state.types, summary ?? '', problems),
    trouble: error ? 'error' : problems.length > 0 ? 'warning' : null,
    warning: problems[0]?.message,
    entered: linesIn(graph, step.id).length > 0,
    joined: graph.edges.flatMap((line) => (line.source === step.id ? [line.port] : [])).join(' '),
    selected,
    alone: selected && state.selection.steps.length === 1,
    pointed: state.mode.kind === 'joining' && state.mode.to === step.id,
    tabStop: facts.tabStop === step.id,
    colour: error ? 'var(--c-bad-fill)' : `var(--${groupClass(type)})`,
  };
}

function lineOf(state: EditorState, line: Line, hot: boolean): LineData {
  const graph = graphOf(state);
  const source = stepById(graph, line.source);
  const ports = source ? portsOf(source, state.types) : [];
  const port = ports.length > 1 ? ports.find((each) => each.key === line.port) : undefined;
  return { line, port, target: nameOf(graph, line.target, state.types), hot };
}

/** The value of last time, where this one says the same. */
function kept<T extends object>(known: Map<string, T>, id: string, next: T): T {
  const before = known.get(id);
  if (before && sameFields(before, next)) return before;
  known.set(id, next);
  return next;
}

const sameFields = <T extends object>(a: T, b: T): boolean =>
  (Object.keys(b) as (keyof T)[]).every((key) => Object.is(a[key], b[key]));
