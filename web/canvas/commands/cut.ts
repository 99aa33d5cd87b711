// Copies the selected steps, then deletes them.
import { t } from '../i18n';
import type { Command } from './command';
import { copy } from './copy';
import { remove } from './remove';

export const cut: Command = {
  name: 'cut',
  label: t('Cut'),
  key: ['Ctrl+X'],
  event: 'cut',
  can: (state) => state.selection.steps.length > 0,
  perform: (state, hands) => remove.perform(copy.perform(state, hands), hands),
};
