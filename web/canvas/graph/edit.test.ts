import { describe, expect, it } from 'vitest';
import { branched, line, step, TYPES, typeOf } from '../testing/chains';
import { addAfter, addStep, changeType, connect, insertOnLine, removeSteps, replaceTrigger } from './edit';
import { stepById } from './query';
import { lineId } from './types';

const drawn = (graph: { edges: Parameters<typeof lineId>[0][] }) => graph.edges.map(lineId).sort();

describe('drawing a chain', () => {
  it('gives a new step an id that no step has, and settings of its own', () => {
    const graph = { nodes: [step('n2', 'letter'), step('n3', 'letter')], edges: [] };
    const [grown, added] = addStep(graph, typeOf('birthday'), { x: 13, y: 27 });
    expect(added).toMatchObject({ id: 'n4', settings: { at: '09:00' }, position: { x: 20, y: 20 } });
    expect(added.settings).not.toBe(typeOf('birthday').defaults);
    expect(grown.nodes).toHaveLength(3);
  });

  it('joins no step to itself, to a trigger, twice, or in a circle', () => {
    const graph = branched();
    for (const wrong of ['n3.out>n3', 'n3.out>n1', 'n1.out>n2', 'n3.out>n2', 'n3.nowhere>n4', 'n3.out>n9'])
      expect(connect(graph, line(wrong), TYPES)).toBe(graph);
    expect(drawn(connect(graph, line('n3.out>n4'), TYPES))).toContain('n3.out>n4');
  });

  it('puts a step into a line and makes room below it', () => {
    const [graph, added] = insertOnLine(branched(), line('n1.out>n2'), typeOf('accrue'), TYPES);
    expect(drawn(graph)).toEqual(['n1.out>n5', 'n2.no>n4', 'n2.yes>n3', 'n5.out>n2']);
    expect(added.position.y).toBe(120);
    expect(stepById(graph, 'n2')?.position.y).toBeGreaterThanOrEqual(120 + 64 + 56);
    expect(stepById(graph, 'n4')?.position.y).toBeGreaterThan(300);
  });

  it('adds a step behind the chosen way out', () => {
    const [graph, added] = addAfter(branched(), step('n3', 'accrue', 0, 300), 'out', typeOf('letter'), TYPES);
    expect(drawn(graph)).toContain(`n3.out>${added.id}`);
    expect(added.position).toEqual({ x: 0, y: 420 });
  });

  it('joins the neighbours of a step that is taken out of a line', () => {
    const [longer] = insertOnLine(branched(), line('n1.out>n2'), typeOf('accrue'), TYPES);
    expect(drawn(removeSteps(longer, ['n5'], TYPES))).toEqual(drawn(branched()));
  });

  it('leaves ends open where a removed step had several ways', () => {
    expect(drawn(removeSteps(branched(), ['n2'], TYPES))).toEqual([]);
  });
});

describe('replacing a trigger', () => {
  it('keeps its place and its lines, and takes the new type’s settings', () => {
    const graph = replaceTrigger(branched(), typeOf('birthday'), TYPES);
    expect(stepById(graph, 'n1')).toMatchObject({
      type: 'birthday',
      settings: { at: '09:00' },
      position: { x: 200, y: 0 },
    });
    expect(drawn(graph)).toEqual(drawn(branched()));
  });

  it('leads lines from ways out that are gone to the first one', () => {
    const graph = changeType(branched(), 'n2', typeOf('letter'));
    expect(drawn(graph)).toEqual(['n1.out>n2', 'n2.out>n3', 'n2.out>n4']);
  });
});
