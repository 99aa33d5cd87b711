import { expect, it } from 'vitest';
import { spread } from '../chain/spread';
import { branched, line, step, TYPES } from '../testing/chains';
import { placed, tidyUp } from './layout';
import { stepById } from './query';
import type { Graph } from './types';

const at = (graph: Graph, id: string) => stepById(graph, id)?.position ?? { x: Number.NaN, y: Number.NaN };

it('keeps the trigger where it is and puts every step below those that lead to it', () => {
  const tidy = tidyUp(branched(), TYPES);
  expect(at(tidy, 'n1')).toEqual({ x: 200, y: 0 });
  for (const { source, target } of tidy.edges) expect(at(tidy, target).y).toBeGreaterThan(at(tidy, source).y);
});

it('lays out a chain that a program drew without places, and leaves one with places as it is', () => {
  const graph = branched();
  const bare = { ...graph, nodes: graph.nodes.map(({ position: _, ...rest }) => rest) } as unknown as Graph;
  const laid = placed(bare, TYPES);
  expect(new Set(laid.nodes.map((each) => `${each.position.x} ${each.position.y}`)).size).toBe(graph.nodes.length);
  expect(placed(graph, TYPES)).toBe(graph);
});

it('puts yes at the left of no, in whichever order the lines were drawn', () => {
  const graph = branched();
  const turned = { ...graph, edges: [...graph.edges].reverse(), nodes: [...graph.nodes].reverse() };
  for (const each of [graph, turned]) {
    const tidy = tidyUp(each, TYPES);
    expect(at(tidy, 'n3').x).toBeLessThan(at(tidy, 'n4').x);
  }
});

it('lets no card cover another, in a chain of fifty steps', () => {
  const nodes = Array.from({ length: 50 }, (_, i) =>
    step(`n${i}`, i === 0 ? 'purchase' : i % 7 === 3 ? 'filter' : 'letter'),
  );
  const edges = nodes.slice(1).map((each, i) => {
    const source = nodes[Math.floor(i / 2)] ?? each;
    return { source: source.id, port: source.type === 'filter' ? (i % 2 ? 'no' : 'yes') : 'out', target: each.id };
  });
  const tidy = tidyUp({ nodes, edges }, TYPES);
  for (const a of tidy.nodes)
    for (const b of tidy.nodes)
      if (a !== b)
        expect(
          Math.abs(a.position.x - b.position.x) >= 280 || Math.abs(a.position.y - b.position.y) >= 64,
          `${a.id} covers ${b.id}`,
        ).toBe(true);
});

it('lays out a step that stands alone, and nothing at all', () => {
  expect(tidyUp({ nodes: [step('n1', 'purchase', 40, 60)], edges: [] }, TYPES).nodes[0]?.position).toEqual({
    x: 40,
    y: 60,
  });
  expect(tidyUp({ nodes: [], edges: [] }, TYPES).nodes).toEqual([]);
});

it('gives live cards the room that they are taller by', () => {
  const live = spread({ ...branched(), edges: [line('n1.out>n2')] }, TYPES);
  expect(at(live, 'n2').y - at(live, 'n1').y).toBe(120 + 42);
  expect(at(live, 'n3').y).toBe(at(live, 'n4').y);
});
