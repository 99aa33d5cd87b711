import { describe, expect, it } from 'vitest';
import { append, duplicate, indent, moveBy, outdent, tooLarge, wrap } from './moves';
import { address, asGroup, at, isFilled, lines, move, remove, replace } from './tree';
import type { Leaf, SegmentGroup } from './types';

const leaf = (condition: string, value: Leaf['value'] = 1): Leaf => ({ condition, op: 'ge', value });
const tree = (): SegmentGroup => ({ all: [leaf('a'), { any: [leaf('b'), leaf('c')] }, leaf('d')] });
const names = (root: SegmentGroup) => lines(root).map(({ where, leaf: { condition } }) => `${condition} ${where}`);

describe('a tree of conditions', () => {
  it('addresses each line as the API does', () => {
    expect(names(tree())).toEqual(['a all.0', 'b all.1.any.0', 'c all.1.any.1', 'd all.2']);
    expect(address(tree(), [1, 1])).toBe('all.1.any.1');
  });

  it('is changed by path, and the tree that was given stays as it was', () => {
    const before = tree();
    expect(names(remove(before, [1, 0]))).toEqual(['a all.0', 'c all.1.any.0', 'd all.2']);
    expect(names(append(before, [1], leaf('e')))).toContain('e all.1.any.2');
    expect(at(replace(before, [0], leaf('z')), [0])).toEqual(leaf('z'));
    expect(before).toEqual(tree());
  });

  it('moves a line into a group, out of it and among its neighbours', () => {
    expect(names(move(tree(), [0], [1, 1]))).toEqual(['b all.0.any.0', 'a all.0.any.1', 'c all.0.any.2', 'd all.1']);
    expect(names(move(tree(), [1, 0], [0]))[0]).toBe('b all.0');
    expect(names(moveBy(tree(), [0], 1)[0])[2]).toBe('a all.1');
    const [out, path] = moveBy(tree(), [1, 1], 1);
    expect(path).toEqual([2]);
    expect(names(out)).toEqual(['a all.0', 'b all.1.any.0', 'c all.2', 'd all.3']);
  });

  it('never moves a group into itself, nor past the ends', () => {
    const before = tree();
    expect(move(before, [1], [1, 0])).toBe(before);
    expect(moveBy(before, [0], -1)[0]).toBe(before);
  });

  it('puts a line into the group beside it and takes it out again', () => {
    const [into, there] = indent(tree(), [0]);
    expect(there).toEqual([0, 0]);
    expect(names(into)).toEqual(['a all.0.any.0', 'b all.0.any.1', 'c all.0.any.2', 'd all.1']);
    expect(names(indent(tree(), [2])[0])).toContain('d all.1.any.2');
    expect(names(outdent(into, there)[0])).toEqual(['b all.0.any.0', 'c all.0.any.1', 'a all.1', 'd all.2']);
    const before = tree();
    expect(indent({ all: [before] }, [0])[0]).toEqual({ all: [before] });
  });

  it('copies a line or a group behind itself, and puts one into a group of its own', () => {
    const [copied, place] = duplicate(tree(), [1]);
    expect(place).toEqual([2]);
    expect(names(copied)).toEqual([
      'a all.0',
      'b all.1.any.0',
      'c all.1.any.1',
      'b all.2.any.0',
      'c all.2.any.1',
      'd all.3',
    ]);
    const [wrapped, inside] = wrap(tree(), [0]);
    expect(inside).toEqual([0, 0]);
    expect(names(wrapped)[0]).toBe('a all.0.any.0');
  });

  it('says which limit it goes past', () => {
    const limits = { depth: 2, conditions: 4, groups: 2, chosen: 100 };
    expect(tooLarge(tree(), limits)).toBeNull();
    expect(tooLarge(wrap(tree(), [1, 0])[0], limits)).toContain('2');
    expect(tooLarge(append(tree(), [], leaf('e')), limits)).toContain('4');
    expect(tooLarge(append(tree(), [], { any: [] }), limits)).toContain('groups');
  });

  it('is filled when every line has its value and its window', () => {
    expect(isFilled(tree())).toBe(true);
    expect(isFilled({ all: [leaf('a', null)] })).toBe(false);
    expect(isFilled({ all: [leaf('a', ['', 3])] })).toBe(false);
    expect(isFilled({ all: [{ ...leaf('a'), within: { last_days: 0 } }] })).toBe(false);
    expect(isFilled({ all: [{ ...leaf('a'), within: { last_months: Number.NaN } }] })).toBe(false);
    expect(isFilled({ all: [leaf('a', { next_days: 0 })] })).toBe(true);
    expect(isFilled({ all: [] })).toBe(true);
  });

  it('is everybody where a setting holds nothing, and a group around a lone line', () => {
    expect(asGroup(undefined)).toEqual({ all: [] });
    expect(asGroup({})).toEqual({ all: [] });
    expect(asGroup(leaf('a'))).toEqual({ all: [leaf('a')] });
  });
});
