// The dialog that is open, if one is.

import { ConflictDialog } from './ConflictDialog';
import { useEditor, useEditorState } from './context';
import { PublishDialog } from './PublishDialog';
import { ReplaceDialog } from './ReplaceDialog';
import { ShortcutsDialog } from './ShortcutsDialog';
import { StartDialog } from './StartDialog';

export function Dialogs() {
  const { dialog } = useEditorState();
  const { act } = useEditor();
  const close = () => act((state) => ({ ...state, dialog: null }));
  switch (dialog?.kind) {
    case 'publish':
      return <PublishDialog onClose={close} />;
    case 'start':
      return <StartDialog onClose={close} />;
    case 'shortcuts':
      return <ShortcutsDialog onClose={close} />;
    case 'replace':
      return <ReplaceDialog type={dialog.type} onClose={close} />;
    case 'conflict':
      return <ConflictDialog onClose={close} />;
    default:
      return null;
  }
}
