import { expect, it } from 'vitest';
import { branched, TYPES } from '../testing/chains';
import { copySteps, pasteSteps, readSteps } from './clipboard';
import type { Graph } from './types';

function pasted(graph: Graph, ids: string[], into: Graph = graph): [Graph, string[]] {
  const part = readSteps(copySteps(graph, ids), TYPES);
  if (!part) throw new Error('Nothing was copied');
  return pasteSteps(into, part, TYPES);
}

it('pastes steps with the lines between them, under new ids', () => {
  const [graph, ids] = pasted(branched(), ['n2', 'n3']);
  expect(ids).toEqual(['n5', 'n6']);
  expect(graph.edges).toContainEqual({ source: 'n5', port: 'yes', target: 'n6' });
  expect(graph.edges).toHaveLength(4);
});

it('covers no card with a pasted one, and keeps the places where there is room', () => {
  const at = (graph: Graph, id: string) => graph.nodes.find((each) => each.id === id)?.position;
  expect(at(pasted(branched(), ['n4'])[0], 'n5')).toEqual({ x: 800, y: 300 });
  expect(at(pasted(branched(), ['n4'], { nodes: [], edges: [] })[0], 'n1')).toEqual({ x: 400, y: 300 });
});

it('brings a trigger along only where there is none', () => {
  expect(pasted(branched(), ['n1'])[1]).toEqual([]);
  expect(pasted(branched(), ['n1', 'n2'], { nodes: [], edges: [] })[1]).toEqual(['n1', 'n2']);
});

it('takes nothing from other texts, and leaves steps of unknown types out', () => {
  for (const text of ['', 'hello', '{"kind":"other"}', '{"kind":"catena/steps"}'])
    expect(readSteps(text, TYPES)).toBeNull();
  const strange = JSON.stringify({ kind: 'catena/steps', nodes: [{ id: 'a', type: 'gone' }], edges: [] });
  expect(readSteps(strange, TYPES)?.nodes).toEqual([]);
});
