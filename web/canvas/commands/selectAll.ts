// Selects every step.
import { graphOf, select } from '../editor/state';
import { t } from '../i18n';
import type { Command } from './command';

export const selectAll: Command = {
  name: 'select-all',
  label: t('Select all'),
  key: ['Ctrl+A'],
  perform: (state) => select(state, ...graphOf(state).nodes.map((step) => step.id)),
};
