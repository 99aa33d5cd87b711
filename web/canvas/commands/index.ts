// Every command of the editor, in the order in which the list of shortcuts shows them; the first that can, answers a key.
import { addAfter } from './addAfter';
import { cancel } from './cancel';
import { closeSettings } from './closeSettings';
import type { Command } from './command';
import { connect } from './connect';
import { copy } from './copy';
import { cut } from './cut';
import { duplicate } from './duplicate';
import { fit } from './fit';
import { fitSelection } from './fitSelection';
import { nextProblem } from './nextProblem';
import { openSettings } from './openSettings';
import { paste } from './paste';
import { quickAdd } from './quickAdd';
import { redo } from './redo';
import { remove } from './remove';
import { save } from './save';
import { selectAll } from './selectAll';
import { shortcuts } from './shortcuts';
import { tidyUp } from './tidyUp';
import { undo } from './undo';
import { walkDown, walkLeft, walkRight, walkUp } from './walk';
import { zoomIn } from './zoomIn';
import { zoomOut } from './zoomOut';

export const commands: readonly Command[] = [
  walkUp,
  walkDown,
  walkLeft,
  walkRight,
  openSettings,
  closeSettings,
  cancel,
  quickAdd,
  addAfter,
  connect,
  remove,
  duplicate,
  copy,
  cut,
  paste,
  selectAll,
  undo,
  redo,
  tidyUp,
  fit,
  fitSelection,
  zoomIn,
  zoomOut,
  nextProblem,
  save,
  shortcuts,
];
