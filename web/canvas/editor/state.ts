// All that the editor knows, as one value, and the questions that commands and components ask of it.
import type { Campaign, CampaignSettings, Check } from '../api';
import { begin, change, type History } from '../graph/history';
import { placed } from '../graph/layout';
import { stepById, triggerOf } from '../graph/query';
import {
  type Graph,
  type Line,
  lineId,
  type Point,
  type Problem,
  type Step,
  type StepType,
  type StepTypes,
} from '../graph/types';

/** What is saved, and what undo and redo walk through. */
export type Document = { name: string; settings: CampaignSettings; graph: Graph };

export type Selection = { steps: readonly string[]; lines: readonly string[] };

/** Where a new step will go: behind a way out (there, or at a place of its own), into a line, or anywhere on its own. */
export type Spot = { after: string; port: string; at?: Point } | { line: Line } | { at: Point };

export type Mode =
  | { kind: 'idle' }
  | { kind: 'placing'; type: string }
  | { kind: 'joining'; from: string; port: string; to: string | null }
  | { kind: 'adding'; spot: Spot };

export type Dialog =
  | { kind: 'publish' }
  | { kind: 'start' }
  | { kind: 'shortcuts' }
  | { kind: 'replace'; type: string }
  | { kind: 'conflict' };
export type View = 'chain' | 'settings' | 'results';

export type EditorState = {
  types: StepTypes;
  campaign: Omit<Campaign, 'graph' | 'settings' | 'name' | 'problems' | 'summaries'>;
  history: History<Document>;
  check: Check;
  selection: Selection;
  /** The step whose settings are open, and how it was when they were opened. */
  panel: { step: string; before: Step } | null;
  mode: Mode;
  dialog: Dialog | null;
  /** Whether the list of problems is open. */
  dock: boolean;
  view: View;
};

export const NOTHING: Selection = { steps: [], lines: [] };
const IDLE: Mode = { kind: 'idle' };

export function openCampaign(campaign: Campaign, types: readonly StepType[]): EditorState {
  const { graph, settings, name, problems, summaries, ...rest } = campaign;
  const known = new Map(types.map((type) => [type.key, type]));
  return {
    types: known,
    campaign: rest,
    history: begin({ name, settings, graph: placed(graph, known) }),
    check: { problems, summaries, examples: {} },
    selection: NOTHING,
    panel: null,
    mode: IDLE,
    dialog: null,
    dock: true,
    view: 'chain',
  };
}

export const graphOf = (state: EditorState): Graph => state.history.present.graph;
export const typeOf = (state: EditorState, step: Step): StepType | undefined => state.types.get(step.type);

/** The one selected step; none when nothing, or more than one, is selected. */
export function currentStep(state: EditorState): Step | undefined {
  const [id, ...more] = state.selection.steps;
  return id !== undefined && more.length === 0 ? stepById(graphOf(state), id) : undefined;
}

export const selectedLines = (state: EditorState): Line[] =>
  graphOf(state).edges.filter((line) => state.selection.lines.includes(lineId(line)));

export const triggerTypes = (state: EditorState): StepType[] =>
  [...state.types.values()].filter((type) => type.trigger && type.on_palette);

/** Only a campaign that listens to events can meet the same customer again and again. */
export const asksReentry = (state: EditorState): boolean => {
  const trigger = triggerOf(graphOf(state), state.types);
  return trigger !== undefined && (state.types.get(trigger.type)?.listens ?? false);
};

/** The last check's problems, without those of steps that were deleted since. */
export function problemsNow(state: EditorState): Problem[] {
  const steps = new Set(graphOf(state).nodes.map((step) => step.id));
  return state.check.problems.filter((problem) => problem.node === null || steps.has(problem.node));
}

export const errorsIn = (problems: readonly Problem[]): Problem[] =>
  problems.filter((problem) => problem.severity === 'error');

/** Changes what is saved, as a step that can be undone; equal marks in a row are one step. */
export function changeDocument(
  state: EditorState,
  changes: Partial<Document>,
  mark: string | null = null,
): EditorState {
  return tidySelection({
    ...state,
    history: change(state.history, { ...state.history.present, ...changes }, mark),
  });
}

export const changeGraph = (state: EditorState, graph: Graph, mark: string | null = null): EditorState =>
  graph === graphOf(state) ? state : changeDocument(state, { graph }, mark);

/** Forgets selected or opened things that are no longer there (after undo, delete, another person's version). */
export function tidySelection(state: EditorState): EditorState {
  const graph = graphOf(state);
  const steps = new Set(graph.nodes.map((step) => step.id));
  const lines = new Set(graph.edges.map(lineId));
  return {
    ...state,
    selection: {
      steps: state.selection.steps.filter((id) => steps.has(id)),
      lines: state.selection.lines.filter((id) => lines.has(id)),
    },
    panel: state.panel && steps.has(state.panel.step) ? state.panel : null,
  };
}

export const select = (state: EditorState, ...steps: string[]): EditorState => ({
  ...state,
  mode: IDLE,
  selection: { steps, lines: [] },
});

export const idle = (state: EditorState): EditorState => ({ ...state, mode: IDLE });

/** Opens a step's settings and remembers them for Cancel. */
export function openPanel(state: EditorState, id: string): EditorState {
  const before = stepById(graphOf(state), id);
  if (!before) return state;
  if (state.panel?.step === id) return select(state, id);
  return { ...select(state, id), view: 'chain', panel: { step: id, before } };
}
