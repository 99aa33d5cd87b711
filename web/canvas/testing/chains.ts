// Chains and types of step for tests: enough of each group to join, branch and replace.
import type { Graph, Line, Step, StepType } from '../graph/types';

const type = (key: string, changes: Partial<StepType> = {}): StepType => ({
  key,
  group: 'actions',
  title: key,
  help: '',
  icon: 'coins',
  ports: [{ key: 'out', title: 'Out', sign: null }],
  trigger: false,
  on_palette: true,
  listens: false,
  defaults: {},
  schema: {},
  ...changes,
});

export const TYPES = new Map(
  [
    type('purchase', { group: 'triggers', trigger: true }),
    type('birthday', { group: 'triggers', trigger: true, defaults: { at: '09:00' } }),
    type('filter', {
      group: 'conditions',
      ports: [
        { key: 'yes', title: 'Yes', sign: 'plus' },
        { key: 'no', title: 'No', sign: 'minus' },
      ],
    }),
    type('accrue', { schema: { properties: { amount: { type: 'string' } } } }),
    type('letter'),
  ].map((each) => [each.key, each]),
);

export function typeOf(key: string): StepType {
  const found = TYPES.get(key);
  if (!found) throw new Error(`No type ${key}`);
  return found;
}

export const step = (id: string, key: string, x = 0, y = 0): Step => ({
  id,
  type: key,
  settings: {},
  position: { x, y },
});

/** "n1.out>n2" */
export function line(text: string): Line {
  const [, source = '', port = '', target = ''] = /^(\w+)\.(\w+)>(\w+)$/.exec(text) ?? [];
  return { source, port, target };
}

/** A trigger, a filter, an accrual on its yes and a letter on its no. */
export const branched = (): Graph => ({
  nodes: [
    step('n1', 'purchase', 200, 0),
    step('n2', 'filter', 200, 120),
    step('n3', 'accrue', 0, 300),
    step('n4', 'letter', 400, 300),
  ],
  edges: ['n1.out>n2', 'n2.yes>n3', 'n2.no>n4'].map(line),
});
