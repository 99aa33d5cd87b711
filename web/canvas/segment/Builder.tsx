// The condition builder: groups of lines, each line a condition with its operator, value and window.
import { createContext, useContext, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Names } from '../api';
import { sameContent } from '../graph/equal';
import * as steps from '../graph/history';
import { t } from '../i18n';
import { Group } from './Group';
import { Known } from './known';
import { append, type Deed, done, tooLarge } from './moves';
import { at, isLeaf, membersOf, type Path } from './tree';
import type { Catalogue, Condition, SegmentGroup, SegmentTree } from './types';
import { Unknown } from './Unknown';

export type BuilderProps = {
  tree: SegmentGroup;
  conditions: Catalogue;
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

/** What is being dragged, and what it would go before: paths. */
type Drag = { from: string; over: string | null };

type Builder = Omit<BuilderProps, 'onChange'> & {
  byKey: ReadonlyMap<string, Condition>;
  known: Known;
  /** Makes this the tree; changes with the same mark are undone together. */
  change: (tree: SegmentGroup, mark?: string | null, focus?: string) => void;
  /** Does it and keeps the focus where the line went. */
  act: (deed: Deed, path: Path) => void;
  /** Adds to a group and goes to the first field of what was added. */
  add: (path: Path, tree: SegmentTree) => void;
  drag: Drag | null;
  setDrag: (drag: Drag | null) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
};

const BuilderContext = createContext<Builder | null>(null);

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error('A line of conditions stands outside of a builder');
  return builder;
}

const grip = (path: Path) => `[data-grip="${path.join('.')}"]`;

export function Builder({ onChange, ...props }: BuilderProps) {
  const place = useRef<HTMLDivElement>(null);
  const follow = useRef<string | null>(null);
  const history = useRef(steps.begin(props.tree));
  const [known] = useState(() => new Known());
  const [drag, setDrag] = useState<Drag | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const byKey = useMemo(() => new Map(props.conditions.items.map((c) => [c.key, c])), [props.conditions]);
  known.learn(props.names);

  // Another tree than the last change made is another thing to work on, with no past here.
  if (!sameContent(history.current.present, props.tree)) history.current = steps.begin(props.tree);

  useLayoutEffect(() => {
    if (!follow.current) return;
    const found = place.current?.querySelector<HTMLElement>(follow.current) ?? place.current;
    found?.focus();
    follow.current = null;
  });

  function change(tree: SegmentGroup, mark: string | null = null, focus: string | null = null): void {
    const reason = tooLarge(tree, props.conditions.limits);
    setRefusal(reason);
    if (reason !== null || tree === props.tree) return;
    follow.current = focus;
    history.current = steps.change(history.current, tree, mark);
    onChange(tree);
  }

  function act(deed: Deed, path: Path): void {
    const [tree, to] = done(props.tree, deed, path);
    change(tree, null, deed === 'remove' ? `[data-add="${path.slice(0, -1).join('.')}"]` : grip(to));
  }

  function add(path: Path, tree: SegmentTree): void {
    const parent = at(props.tree, path);
    const place = [...path, parent && !isLeaf(parent) ? membersOf(parent).length : 0];
    const line = isLeaf(tree) ? place : [...place, 0];
    change(append(props.tree, path, tree), null, `${grip(line)} ~ .cv-what input`);
  }

  const travel = (way: typeof steps.undo) => {
    const next = way(history.current);
    if (next === history.current) return null;
    return () => {
      history.current = next;
      setRefusal(null);
      onChange(next.present);
      // What had the focus may be gone: the keys go on working all the same.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) place.current?.focus();
      });
    };
  };
  const [undo, redo] = [travel(steps.undo), travel(steps.redo)];

  function onKeyDown(event: React.KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const travels = key === 'z' ? (event.shiftKey ? redo : undo) : key === 'y' ? redo : null;
    if (!travels) return;
    event.preventDefault();
    event.stopPropagation();
    travels();
  }

  return (
    <BuilderContext value={{ ...props, byKey, known, change, act, add, drag, setDrag, undo, redo }}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: undo and redo work wherever one stands in it */}
      <div ref={place} className="cv-builder" tabIndex={-1} onKeyDown={onKeyDown}>
        <Group group={props.tree} path={[]} />
        <p className="hint bad cv-refusal" role="status">
          {refusal}
        </p>
        <Unknown tree={props.tree} byKey={byKey} />
        <p className="visually-hidden" id="cv-grip-keys">
          {t('Arrow up and down move it, arrow right puts it into the group beside it, arrow left takes it out')}
        </p>
      </div>
    </BuilderContext>
  );
}
