// Changes to a segment's tree by path; a path is the list of places in groups, and [] is the root group.
import type { Condition, GroupKind, Leaf, LeafValue, SegmentGroup, SegmentTree, ValueKind, Window } from './types';

export type Path = readonly number[];

export const EVERYBODY: SegmentGroup = { all: [] };

export const isLeaf = (tree: SegmentTree): tree is Leaf => 'condition' in tree;

export function kindOf(group: SegmentGroup): GroupKind {
  return 'all' in group ? 'all' : 'any' in group ? 'any' : 'none';
}

export const membersOf = (group: SegmentGroup): SegmentTree[] =>
  'all' in group ? group.all : 'any' in group ? group.any : group.none;

export function group(kind: GroupKind, members: SegmentTree[]): SegmentGroup {
  return kind === 'all' ? { all: members } : kind === 'any' ? { any: members } : { none: members };
}

/** What a form works on: a root that is always a group. */
export function asGroup(tree: unknown): SegmentGroup {
  const value = tree as SegmentTree | null | undefined;
  if (!value || typeof value !== 'object') return EVERYBODY;
  if (isLeaf(value)) return group('all', [value]);
  return 'all' in value || 'any' in value || 'none' in value ? value : EVERYBODY;
}

export function at(root: SegmentTree, path: Path): SegmentTree | undefined {
  return path.reduce<SegmentTree | undefined>(
    (tree, index) => (tree && !isLeaf(tree) ? membersOf(tree)[index] : undefined),
    root,
  );
}

function edit(
  root: SegmentGroup,
  path: Path,
  change: (members: SegmentTree[], index: number) => SegmentTree[],
): SegmentGroup {
  const [index, ...rest] = path;
  if (index === undefined) return root;
  const members = membersOf(root);
  if (rest.length === 0) return group(kindOf(root), change(members, index));
  const inner = members[index];
  if (!inner || isLeaf(inner)) return root;
  return group(kindOf(root), members.with(index, edit(inner, rest, change)));
}

export const replace = (root: SegmentGroup, path: Path, tree: SegmentTree): SegmentGroup =>
  path.length === 0 && !isLeaf(tree) ? tree : edit(root, path, (members, index) => members.with(index, tree));

export const remove = (root: SegmentGroup, path: Path): SegmentGroup =>
  edit(root, path, (members, index) => members.toSpliced(index, 1));

export const insert = (root: SegmentGroup, path: Path, tree: SegmentTree): SegmentGroup =>
  edit(root, path, (members, index) => members.toSpliced(index, 0, tree));

/** Takes what is at `from` and puts it before what is at `to` (both as the tree stands now). */
export function move(root: SegmentGroup, from: Path, to: Path): SegmentGroup {
  const tree = at(root, from);
  const intoItself = from.every((index, depth) => to[depth] === index);
  if (!tree || intoItself) return root;
  return insert(remove(root, from), afterRemoval(to, from), tree);
}

/** Where a path leads once the tree at `gone` is taken out: places behind it in the same group move up by one. */
function afterRemoval(path: Path, gone: Path): Path {
  const depth = gone.length - 1;
  const [place, removed] = [path[depth], gone[depth]];
  const sameGroup = path.length > depth && gone.slice(0, depth).every((index, i) => path[i] === index);
  return sameGroup && place !== undefined && removed !== undefined && place > removed
    ? path.with(depth, place - 1)
    : path;
}

/** A first line for a condition: "at least" where there is such an operator, no value yet, all time. */
export const newLeaf = (condition: Condition): Leaf => ({
  condition: condition.key,
  op: (condition.operators.find((each) => each.key === 'ge') ?? condition.operators[0])?.key ?? 'eq',
  value: firstOf(condition.value),
  ...(condition.of && !condition.of.optional ? { of: firstOf(condition.of) } : {}),
});

/** The first of a few words, as good a beginning as any; of all else there is none. */
function firstOf({ choices, many }: ValueKind): LeafValue {
  const first = choices?.[0]?.key ?? null;
  return many && first !== null ? [first] : first;
}

const isSome = (value: string | number | null): boolean => value !== null && value !== '';

const isWritten = (value: LeafValue): boolean => {
  if (Array.isArray(value)) return value.length > 0 && value.every(isSome);
  if (value === null || typeof value !== 'object') return isSome(value);
  return 'kind' in value ? value.kind !== '' : isWhole(value);
};

/** Whether a window has its number, or its dates. */
const isWhole = (window: Window): boolean =>
  Object.entries(window).every(([way, value]) =>
    typeof value === 'number' ? value >= (way === 'next_days' ? 0 : 1) : value !== '',
  );

/** Whether every line has its value and window, so that the tree can be counted. */
export function isFilled(tree: SegmentTree): boolean {
  if (!isLeaf(tree)) return membersOf(tree).every(isFilled);
  const { value, of, within } = tree;
  return isWritten(value) && (of === undefined || isWritten(of)) && (within === undefined || isWhole(within));
}

/** Every line of a tree with its address. */
export function lines(root: SegmentGroup): { where: string; leaf: Leaf }[] {
  const inside = (tree: SegmentTree, path: Path): { where: string; leaf: Leaf }[] =>
    isLeaf(tree)
      ? [{ where: address(root, path), leaf: tree }]
      : membersOf(tree).flatMap((member, index) => inside(member, [...path, index]));
  return inside(root, []);
}

/** The address of a line in the API's answers: "all.0", "all.2.any.1". */
export function address(root: SegmentGroup, path: Path): string {
  const parts: string[] = [];
  let tree: SegmentTree | undefined = root;
  for (const index of path) {
    if (!tree || isLeaf(tree)) break;
    parts.push(kindOf(tree), String(index));
    tree = membersOf(tree)[index];
  }
  return parts.join('.');
}
