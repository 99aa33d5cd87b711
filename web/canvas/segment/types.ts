// The words of a segment: a tree of groups over conditions, and the declaration of each kind of condition.

export type Window = { last_days: number } | { from: string; to: string };
export type LeafValue = string | number | (string | number)[] | null;

export type Leaf = { condition: string; op: string; value: LeafValue; within?: Window };
export type GroupKind = 'all' | 'any' | 'none';
export type SegmentGroup = { all: SegmentTree[] } | { any: SegmentTree[] } | { none: SegmentTree[] };
export type SegmentTree = SegmentGroup | Leaf;

export type Operator = { key: string; sign: string | null; title: string };
export type Condition = {
  key: string;
  title: string;
  help: string;
  operators: Operator[];
  value: {
    type: 'integer' | 'amount' | 'choice' | 'reference';
    unit: string | null;
    choices: { key: string; title: string }[] | null;
    source: string | null;
  };
  windowed: boolean;
};
