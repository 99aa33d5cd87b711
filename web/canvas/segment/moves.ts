// What can be done to a line or a group of conditions as a whole: each gives the tree and where the thing is now.
import { t } from '../i18n';
import { at, group, insert, isLeaf, lines, membersOf, move, type Path, remove, replace } from './tree';
import type { Limits, SegmentGroup, SegmentTree } from './types';

type Moved = [SegmentGroup, Path];

/** What can be done to a line or a group by its grip. */
export type Deed = 'up' | 'down' | 'in' | 'out' | 'copy' | 'wrap' | 'remove';

/** The tree once it is done; the same tree where there is nothing to do. */
export function done(root: SegmentGroup, deed: Deed, path: Path): Moved {
  return {
    up: () => moveBy(root, path, -1),
    down: () => moveBy(root, path, 1),
    in: () => indent(root, path),
    out: () => outdent(root, path),
    copy: () => duplicate(root, path),
    wrap: () => wrap(root, path),
    remove: (): Moved => [remove(root, path), path],
  }[deed]();
}

export function append(root: SegmentGroup, path: Path, tree: SegmentTree): SegmentGroup {
  const parent = at(root, path);
  return parent && !isLeaf(parent) ? insert(root, [...path, membersOf(parent).length], tree) : root;
}

/** One place up or down among its neighbours; at the edge of an inner group, out of it. */
export function moveBy(root: SegmentGroup, path: Path, by: 1 | -1): Moved {
  const parent = at(root, path.slice(0, -1));
  const place = path.at(-1);
  if (place === undefined || !parent || isLeaf(parent)) return [root, path];
  const next = place + by;
  if (next >= 0 && next < membersOf(parent).length) {
    const to = path.with(-1, next);
    return [move(root, path, by === 1 ? path.with(-1, next + 1) : to), to];
  }
  return outdent(root, path, by);
}

/** Out of its group: behind it, or before it. */
export function outdent(root: SegmentGroup, path: Path, by: 1 | -1 = 1): Moved {
  const groupPath = path.slice(0, -1);
  const groupPlace = groupPath.at(-1);
  if (groupPlace === undefined) return [root, path];
  const out = by === 1 ? groupPath.with(-1, groupPlace + 1) : groupPath;
  return [move(root, path, out), out];
}

/** Into the group beside it: to the end of the one above, else to the start of the one below. */
export function indent(root: SegmentGroup, path: Path): Moved {
  const place = path.at(-1) ?? 0;
  const above = place > 0 ? at(root, path.with(-1, place - 1)) : undefined;
  if (above && !isLeaf(above)) {
    const to = [...path.with(-1, place - 1), membersOf(above).length];
    return [move(root, path, to), to];
  }
  const below = at(root, path.with(-1, place + 1));
  if (!below || isLeaf(below)) return [root, path];
  return [move(root, path, [...path.with(-1, place + 1), 0]), [...path, 0]];
}

/** Once more, behind itself. */
export function duplicate(root: SegmentGroup, path: Path): Moved {
  const tree = at(root, path);
  const to = path.with(-1, (path.at(-1) ?? 0) + 1);
  return tree ? [insert(root, to, structuredClone(tree)), to] : [root, path];
}

/** In a group of its own. */
export function wrap(root: SegmentGroup, path: Path): Moved {
  const tree = at(root, path);
  return tree ? [replace(root, path, group('any', [tree])), [...path, 0]] : [root, path];
}

const depth = (tree: SegmentTree): number => (isLeaf(tree) ? 0 : 1 + Math.max(0, ...membersOf(tree).map(depth)));
const groups = (tree: SegmentTree): number =>
  isLeaf(tree) ? 0 : membersOf(tree).reduce((sum, each) => sum + groups(each), 1);

/** Why a tree is larger than the server takes; null where it is not. */
export function tooLarge(root: SegmentGroup, limits: Limits): string | null {
  if (depth(root) > limits.depth) return t('Groups go at most {n} deep', { n: limits.depth });
  if (lines(root).length > limits.conditions) return t('There can be {n} conditions at most', { n: limits.conditions });
  return groups(root) > limits.groups ? t('There can be {n} groups at most', { n: limits.groups }) : null;
}
