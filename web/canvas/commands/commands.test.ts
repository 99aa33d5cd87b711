import { beforeEach, describe, expect, it } from 'vitest';
import type { Campaign } from '../api';
import { place } from '../editor/place';
import { changeGraph, type EditorState, graphOf, openCampaign, openPanel, select } from '../editor/state';
import { changeSettings } from '../graph/edit';
import { stepById } from '../graph/query';
import { lineId } from '../graph/types';
import { branched, TYPES } from '../testing/chains';
import { commands } from '.';
import { cancel } from './cancel';
import { type Command, type Hands, keyOf } from './command';
import { connect } from './connect';
import { copy } from './copy';
import { nextProblem } from './nextProblem';
import { openSettings } from './openSettings';
import { paste } from './paste';
import { redo } from './redo';
import { remove } from './remove';
import { undo } from './undo';
import { walkDown, walkRight } from './walk';

let state: EditorState;
let clipboard = '';
let focused: string | null;

const hands: Hands = {
  fit: () => undefined,
  zoom: () => undefined,
  focus: (step) => {
    focused = step;
  },
  focusSearch: () => undefined,
  save: () => undefined,
  clipboard: {
    read: () => clipboard,
    write: (text) => {
      clipboard = text;
    },
  },
};

const run = (...each: Command[]) => {
  for (const command of each) state = command.perform(state, hands);
};
const steps = () => graphOf(state).nodes.map((step) => step.id);
const lines = () => graphOf(state).edges.map(lineId);

beforeEach(() => {
  focused = null;
  const campaign = {
    id: 7,
    name: 'New Year',
    revision: 1,
    status: 'draft',
    graph: branched(),
    settings: {},
    problems: [],
    summaries: {},
  } as unknown as Campaign;
  state = openCampaign(campaign, [...TYPES.values()]);
});

describe('commands', () => {
  it('have names of their own, and no key means two things at once', () => {
    expect(new Set(commands.map((command) => command.name)).size).toBe(commands.length);
    const shared = commands
      .flatMap((command) => command.key.map((key) => ({ key, name: command.name })))
      .filter(({ key }, index, all) => all.findIndex((each) => each.key === key) !== index);
    // "+" adds after a selected step and zooms where none is selected.
    expect(shared).toEqual([{ key: '+', name: 'zoom-in' }]);
  });

  it('delete what is selected, and bring it back', () => {
    state = select(state, 'n3');
    run(remove);
    expect(steps()).not.toContain('n3');
    expect(focused).toBe('n2');
    run(undo);
    expect(lines()).toContain('n2.yes>n3');
    run(redo);
    expect(steps()).not.toContain('n3');
  });

  it('copy and paste what is selected, which is then selected instead', () => {
    state = select(state, 'n3', 'n4');
    run(copy, paste);
    expect(steps()).toHaveLength(6);
    expect(state.selection.steps).toEqual(['n5', 'n6']);
  });

  it('walk along lines and take the focus with them', () => {
    run(walkDown, walkDown, walkDown);
    expect(focused).toBe('n3');
    run(walkRight);
    expect(state.selection.steps).toEqual(['n4']);
  });

  it('draw a line by keyboard', () => {
    state = select(state, 'n3');
    run(connect, openSettings);
    expect(lines()).toContain('n3.out>n4');
    expect(focused).toBe('n4');
  });

  it('go from problem to problem and around', () => {
    const problem = (node: string) => ({ where: '', node, field: null, severity: 'error' as const, message: '' });
    state = { ...state, check: { ...state.check, problems: [problem('n3'), problem('n4'), problem('n3')] } };
    run(nextProblem);
    expect(state.panel?.step).toBe('n3');
    run(nextProblem, nextProblem);
    expect(state.panel?.step).toBe('n3');
  });
});

describe('cancelling the settings', () => {
  it('puts back what was there, as one step that can be undone', () => {
    state = openPanel(state, 'n3');
    for (const amount of ['5', '50', '500'])
      state = changeGraph(state, changeSettings(graphOf(state), 'n3', { amount }), 'n3.amount');
    run(cancel);
    expect(stepById(graphOf(state), 'n3')?.settings).toEqual({});
    expect(state.panel).toBeNull();
    run(undo);
    expect(stepById(graphOf(state), 'n3')?.settings).toEqual({ amount: '500' });
    run(undo);
    expect(stepById(graphOf(state), 'n3')?.settings).toEqual({});
    run(undo);
    expect(state.history.past).toEqual([]);
  });

  it('leaves no step behind when nothing was changed', () => {
    state = openPanel(state, 'n3');
    run(cancel);
    expect(state.history.past).toEqual([]);
  });
});

describe('placing a step', () => {
  it('opens the settings of a step that has some', () => {
    state = place(state, 'accrue', { at: { x: 900, y: 900 } });
    expect(state.panel?.step).toBe('n5');
  });

  it('asks before a second trigger takes the first one’s place', () => {
    state = place(state, 'birthday', { at: { x: 0, y: 0 } });
    expect(state.dialog).toEqual({ kind: 'replace', type: 'birthday' });
    expect(steps()).toHaveLength(4);
  });
});

it('keys are named with their modifiers, letters in capitals, signs as they are', () => {
  const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
    keyOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, ...held });
  expect(press('z', { ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+Z');
  expect(press('s', { metaKey: true })).toBe('Ctrl+S');
  expect(press('T', { shiftKey: true })).toBe('Shift+T');
  expect(press('?', { shiftKey: true })).toBe('?');
  expect(press('Tab', { shiftKey: true })).toBe('Shift+Tab');
});
