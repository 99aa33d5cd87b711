// Opens the list of steps to add one behind the selected step.
import { currentStep } from '../editor/state';
import { t } from '../i18n';
import type { Command } from './command';
import { addingAfter } from './quickAdd';

export const addAfter: Command = {
  name: 'add-after',
  label: t('Add a step after the selected one'),
  key: ['+', 'Tab'],
  can: (state) => currentStep(state) !== undefined && state.mode.kind === 'idle',
  perform(state) {
    const step = currentStep(state);
    return step ? addingAfter(state, step) : state;
  },
};
