import { expect, it } from 'vitest';
import { branched, step, TYPES } from '../testing/chains';
import { freePorts, neighbour, targetsFor } from './query';
import { readStep } from './read';

it('walks down along the first line, up along the one it came from, and sideways between branches', () => {
  const graph = branched();
  expect(neighbour(graph, 'n1', 'down')?.id).toBe('n2');
  expect(neighbour(graph, 'n2', 'down')?.id).toBe('n3');
  expect(neighbour(graph, 'n3', 'right')?.id).toBe('n4');
  expect(neighbour(graph, 'n4', 'left')?.id).toBe('n3');
  expect(neighbour(graph, 'n4', 'up')?.id).toBe('n2');
});

it('begins at the top when nothing is selected', () => {
  expect(neighbour(branched(), '', 'down')?.id).toBe('n1');
});

it('knows the ways out that are still free, and the steps that a new line may lead to', () => {
  const graph = branched();
  expect(freePorts(graph, step('n2', 'filter'), TYPES)).toEqual([]);
  expect(freePorts(graph, step('n3', 'accrue'), TYPES).map((port) => port.key)).toEqual(['out']);
  expect(targetsFor(graph, 'n3', 'out', TYPES).map((each) => each.id)).toEqual(['n4']);
});

it('reads a step with where people come from and go to, and what is wrong', () => {
  const graph = branched();
  const accrue = graph.nodes[2] ?? step('n3', 'accrue');
  expect(readStep(graph, accrue, TYPES, '500 bonuses', [])).toBe(
    'accrue, 500 bonuses; in from filter, yes; no problems',
  );
  const problem = {
    where: '',
    node: 'n3',
    field: null,
    severity: 'error',
    message: 'Write an amount above 0',
  } as const;
  expect(readStep(graph, accrue, TYPES, '', [problem])).toContain('1 problem: Write an amount above 0');
});
