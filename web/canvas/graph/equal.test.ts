import { expect, it } from 'vitest';
import { branched, step, TYPES } from '../testing/chains';
import { differences } from './compare';
import { sameContent } from './equal';

it('sees through the order of keys, and nothing else', () => {
  expect(sameContent({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
  for (const [a, b] of [
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: undefined }, { b: undefined }],
    [{}, []],
    [null, {}],
    ['1', 1],
  ])
    expect(sameContent(a, b)).toBe(false);
});

it('names what differs between two chains, not where their cards stand', () => {
  const before = branched();
  const moved = { ...before, nodes: before.nodes.map((each) => ({ ...each, position: { x: 1, y: 1 } })) };
  expect(differences(before, moved, TYPES)).toEqual([]);
  const changed = {
    ...before,
    nodes: [...before.nodes.slice(0, 2), { ...step('n3', 'accrue'), settings: { amount: '5' } }, step('n5', 'letter')],
  };
  expect(differences(before, changed, TYPES)).toEqual(['“letter” added', '“letter” removed', '“accrue” changed']);
  expect(differences(before, { ...before, edges: [] }, TYPES)).toEqual(['lines redrawn']);
});
