import { expect, it } from 'vitest';
import { begin, change, redo, undo } from './history';

it('undoes and redoes step by step, and forgets the future after a new change', () => {
  const typed = change(change(begin('a'), 'b'), 'c');
  expect(undo(typed).present).toBe('b');
  expect(redo(undo(typed)).present).toBe('c');
  const other = change(undo(typed), 'd');
  expect(redo(other)).toBe(other);
  expect(undo(undo(undo(other))).present).toBe('a');
});

it('joins changes with the same mark into one step, until something else happens', () => {
  const typed = change(change(begin(''), '5', 'amount'), '50', 'amount');
  expect(undo(typed).present).toBe('');
  const moved = change(typed, '50 moved');
  expect(undo(change(moved, '500', 'amount')).present).toBe('50 moved');
});
