// The words of a chain as the API writes them: steps, lines, and the declarations of the types of step.

export type Point = { x: number; y: number };
export type Settings = Record<string, unknown>;

export type Step = { id: string; type: string; settings: Settings; position: Point };
export type Line = { source: string; port: string; target: string };
export type Graph = { nodes: Step[]; edges: Line[] };

export type Group = 'triggers' | 'conditions' | 'flow' | 'actions';
export type Port = { key: string; title: string; sign: 'plus' | 'minus' | null };

/** One settings field; `x-widget` says how it is asked (see `form/Field.tsx`). */
export type FieldSchema = {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: (string | number)[];
  'x-enum-titles'?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  'x-widget'?: string;
  'x-unit'?: string;
  'x-source'?: string;
};

/** A JSON schema of settings. `x-either` lists alternatives; exactly one of them is filled. */
export type SettingsSchema = {
  properties?: Record<string, FieldSchema>;
  required?: string[];
  'x-order'?: string[];
  'x-either'?: string[][];
  'x-either-titles'?: Record<string, string>;
};

export type StepType = {
  key: string;
  group: Group;
  title: string;
  help: string;
  icon: string;
  ports: Port[];
  trigger: boolean;
  /** People put it onto chains; else only the product draws it. */
  on_palette: boolean;
  /** Events start it, not the clock. */
  listens: boolean;
  defaults: Settings;
  schema: SettingsSchema;
};

export type StepTypes = ReadonlyMap<string, StepType>;

export type Problem = {
  where: string;
  node: string | null;
  field: string | null;
  severity: 'error' | 'warning';
  message: string;
};

/**
 * Measures of a card and of the space around it, in canvas pixels. They are the look's, brought to its own grid of 20,
 * so that a step moved by hand stands in line with those that were laid out: 64 + 56 and 64 + 116 down, 280 + 120 across.
 */
export const CARD = { width: 280, height: 64, liveHeight: 106 };
export const GAP = { rank: 56, branch: 116, column: 120, grid: 20 };

export const lineId = (line: Line): string => `${line.source}.${line.port}>${line.target}`;
export const sameLine = (a: Line, b: Line): boolean => lineId(a) === lineId(b);
