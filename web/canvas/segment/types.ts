// The words of a segment: a tree of groups over conditions, and the declaration of each kind of condition.

export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';
export type Window =
  | { last_days: number }
  | { last_weeks: number }
  | { last_months: number }
  | { next_days: number }
  | { this: Unit }
  | { previous: Unit }
  | { next: Unit }
  | { from: string; to?: string }
  | { from?: string; to: string };
/** Events that happened: their kind, and what their properties must be. */
export type Happening = { kind: string; properties?: Record<string, string> };
export type LeafValue = string | number | (string | number)[] | Happening | Window | null;

export type Leaf = {
  condition: string;
  op: string;
  value: LeafValue;
  /** What it is asked of: which goods, which channel. */
  of?: LeafValue;
  /** What narrows it further: which calculation, which campaigns. */
  by?: LeafValue;
  within?: Window;
  outlets?: number[];
};
export type GroupKind = 'all' | 'any' | 'none';
export type SegmentGroup = { all: SegmentTree[] } | { any: SegmentTree[] } | { none: SegmentTree[] };
export type SegmentTree = SegmentGroup | Leaf;

export type Operator = { key: string; sign: string | null; title: string };
/** A kind of value: how its field is drawn, and where things to pick come from. */
export type ValueKind = {
  type: 'integer' | 'amount' | 'choice' | 'reference' | 'text' | 'date' | 'event';
  unit: string | null;
  choices: { key: string; title: string }[] | null;
  source: string | null;
  /** Of things and words to pick: several, or one. */
  many?: boolean;
  /** Of numbers: it may be below 0. */
  signed?: boolean;
};
/** How large a tree may be. */
export type Limits = { depth: number; conditions: number; groups: number; chosen: number };
/** What a condition is asked of; `any` stands in its place where it may be left out. */
export type Subject = ValueKind & { title: string; optional: boolean; any: string | null };
/** What can be asked of a customer. */
export type Catalogue = { items: readonly Condition[]; limits: Limits };
export type Condition = {
  key: string;
  group: string;
  title: string;
  help: string;
  /** Of whom it is not known, and what holds for them; null: it is known of everybody. */
  not_known: string | null;
  operators: Operator[];
  value: ValueKind;
  of: Subject | null;
  by: Subject | null;
  windowed: boolean;
  /** Its window looks at what will be. */
  ahead: boolean;
  at_outlets: boolean;
};
