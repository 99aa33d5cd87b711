import { expect, test } from 'vitest';
import { moved } from './order';

test('an element goes one place up or down', () => {
  expect(moved(['sms', 'push', 'email'], 1, -1)).toEqual(['push', 'sms', 'email']);
  expect(moved(['sms', 'push', 'email'], 1, 1)).toEqual(['sms', 'email', 'push']);
});

test('at the ends everything stays', () => {
  expect(moved(['sms', 'push'], 0, -1)).toEqual(['sms', 'push']);
  expect(moved(['sms', 'push'], 1, 1)).toEqual(['sms', 'push']);
});
