// The condition builder: groups of lines, each line a condition with its operator, value and window.
import { createContext, useContext, useEffect, useMemo, useRef } from 'react';
import type { Names } from '../api';
import { Group } from './Group';
import { append, at, isLeaf, membersOf, moveBy, type Path, remove } from './tree';
import type { Condition, SegmentGroup, SegmentTree } from './types';
import { Unknown } from './Unknown';

export type BuilderProps = {
  tree: SegmentGroup;
  conditions: readonly Condition[];
  onChange: (tree: SegmentGroup) => void;
  /** Customers who meet a line alone, by the line's address ("all.0"). */
  counts: ReadonlyMap<string, number>;
  /** What is wrong with a line, by its address. */
  errors: ReadonlyMap<string, string>;
  /** What the things are called that the lines name. */
  names: Names;
  /** True while newer numbers are being counted. */
  counting: boolean;
};

type Builder = BuilderProps & {
  byKey: ReadonlyMap<string, Condition>;
  /** Moves a line by keyboard and keeps the focus on its grip. */
  shift: (path: Path, by: 1 | -1) => void;
  /** Adds to a group and goes to the first field of what was added. */
  add: (path: Path, tree: SegmentTree) => void;
  /** Takes a line or a group away and goes to its group's button for a new one. */
  drop: (path: Path) => void;
};

const BuilderContext = createContext<Builder | null>(null);

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error('A line of conditions stands outside of a builder');
  return builder;
}

export function Builder(props: BuilderProps) {
  const place = useRef<HTMLDivElement>(null);
  const follow = useRef<string | null>(null);
  const byKey = useMemo(() => new Map(props.conditions.map((c) => [c.key, c])), [props.conditions]);

  useEffect(() => {
    if (!follow.current) return;
    place.current?.querySelector<HTMLElement>(follow.current)?.focus();
    follow.current = null;
  });

  function change(tree: SegmentGroup, focus: string): void {
    follow.current = focus;
    props.onChange(tree);
  }

  function shift(path: Path, by: 1 | -1): void {
    const [tree, to] = moveBy(props.tree, path, by);
    change(tree, `[data-grip="${to.join('.')}"]`);
  }

  function add(path: Path, tree: SegmentTree): void {
    const parent = at(props.tree, path);
    const place = [...path, parent && !isLeaf(parent) ? membersOf(parent).length : 0];
    const line = isLeaf(tree) ? place : [...place, 0];
    change(append(props.tree, path, tree), `[data-grip="${line.join('.')}"] ~ select`);
  }

  const drop = (path: Path) => change(remove(props.tree, path), `[data-add="${path.slice(0, -1).join('.')}"]`);

  return (
    <BuilderContext value={{ ...props, byKey, shift, add, drop }}>
      <div ref={place} className="cv-builder">
        <Group group={props.tree} path={[]} />
        <Unknown tree={props.tree} byKey={byKey} />
      </div>
    </BuilderContext>
  );
}
