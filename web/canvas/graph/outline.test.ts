import { expect, it } from 'vitest';
import { branched, step, TYPES } from '../testing/chains';
import { outline } from './outline';

it('lists each step once, branches under a heading and indented, loose steps last', () => {
  const graph = branched();
  const rows = outline({ ...graph, nodes: [step('n9', 'letter'), ...graph.nodes] }, TYPES).map((row) =>
    row.kind === 'step' ? `${row.step.id} ${row.depth}` : `${row.port.key}`,
  );
  expect(rows).toEqual(['n1 0', 'n2 0', 'yes', 'n3 1', 'no', 'n4 1', 'n9 0']);
});
