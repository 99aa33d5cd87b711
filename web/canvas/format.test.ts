import { expect, it } from 'vitest';
import { localInput, momentInZone } from './editor/zone';
import { timeOfDay } from './form/TimeField';
import { amount, share, whole } from './format';
import { t, tn } from './i18n';
import { clean } from './ui/NumberField';

it('writes thousands with no-break spaces and a true minus', () => {
  expect(whole(999)).toBe('999');
  expect(whole(2846)).toBe('2\u00a0846');
  expect(whole(-1234567)).toBe('\u22121\u00a0234\u00a0567');
});

it('writes amounts exactly, also beyond what a float holds', () => {
  expect(amount('1560')).toBe('1\u00a0560.00');
  expect(amount('500.00', true)).toBe('500');
  expect(amount('500.50', true)).toBe('500.50');
  expect(amount('9007199254740993.07')).toBe('9\u00a0007\u00a0199\u00a0254\u00a0740\u00a0993.07');
});

it('writes shares with one decimal, and no share of nothing', () => {
  expect(share(3118, 25146)).toBe('12.4\u00a0%');
  expect(share(1, 25146)).toBe('<\u00a00.1\u00a0%');
  expect(share(0, 25146)).toBe('0.0\u00a0%');
  expect(share(0, 0)).toBe('–');
});

it('fills values into messages, and counts in the right form', () => {
  expect(t('Publish version {n}', { n: 3 })).toBe('Publish version 3');
  expect(tn('{n} problem', '{n} problems', 1)).toBe('1 problem');
  expect(tn('{n} problem', '{n} problems', 2)).toBe('2 problems');
});

it('keeps of what is typed only what can be a number', () => {
  expect(clean('5 000,50 £', 2, false)).toBe('5000.50');
  expect(clean('1.2.3', 2, false)).toBe('1.23');
  expect(clean('\u22127', 0, true)).toBe('-7');
  expect(clean('-7', 0, false)).toBe('7');
});

it('reads a local time of a zone as its moment, in winter, in summer and where clocks jump', () => {
  expect(momentInZone('2026-11-21T09:00', 'Europe/London')).toBe('2026-11-21T09:00:00.000Z');
  expect(momentInZone('2026-07-01T09:00', 'Europe/London')).toBe('2026-07-01T08:00:00.000Z');
  expect(momentInZone('2026-03-29T01:30', 'Europe/London')).toBe('2026-03-29T01:30:00.000Z');
  expect(localInput(new Date('2026-11-21T22:30:00Z'), 'Asia/Tokyo')).toBe('2026-11-22T07:30');
});

it('reads a time of day however it is typed, and nothing that is none', () => {
  expect(['9', '930', '9:30', '09.30', '0930'].map(timeOfDay)).toEqual(['09:00', '09:30', '09:30', '09:30', '09:30']);
  expect(['', '24:00', '9:60', 'noon'].map(timeOfDay)).toEqual([null, null, null, null]);
});
