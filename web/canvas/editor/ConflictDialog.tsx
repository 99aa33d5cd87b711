// The campaign was changed elsewhere while this draft was being edited: what differs, and which of both to keep.
import { useContext } from 'react';
import { momentText } from '../format';
import { differences } from '../graph/compare';
import { placed } from '../graph/layout';
import { t } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { DraftContext, useEditor, useEditorState } from './context';
import { changeDocument } from './state';

export function ConflictDialog({ onClose }: { onClose: () => void }) {
  const status = useContext(DraftContext);
  const { types } = useEditorState();
  const { draft, act } = useEditor();
  if (status.kind !== 'conflict') return null;
  const { theirs } = status;
  const changes = differences(draft.mine.graph, placed(theirs.graph, types), types);
  if (draft.mine.name !== theirs.name) changes.push(t('named “{name}”', { name: theirs.name }));

  function takeTheirs(): void {
    const document = { name: theirs.name, graph: placed(theirs.graph, types), settings: theirs.settings };
    draft.takeTheirs(theirs, document);
    // As a step that can be undone: the own version stays within reach.
    act((state) => ({ ...changeDocument(state, document), dialog: null }));
    draft.takeTheirs(theirs, document);
  }

  return (
    <Dialog
      title={t('This campaign was changed elsewhere')}
      width={520}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button
            type="button"
            className="btn"
            onClick={() => {
              onClose();
              void draft.keepMine(theirs);
            }}
          >
            {t('Keep mine')}
          </button>
          <button type="button" className="btn btn-primary" onClick={takeTheirs}>
            {t('Take theirs')}
          </button>
        </>
      }
    >
      <p className="t2">
        {t('Another version was saved on {moment}. Your changes are kept in this browser until you choose.', {
          moment: momentText(theirs.updated_at),
        })}
      </p>
      <p className="m cv-above">{t('Theirs, compared with yours')}</p>
      <ul className="cv-list">
        {changes.length > 0 ? changes.map((change) => <li key={change}>{change}</li>) : <li>{t('the same chain')}</li>}
      </ul>
      <p className="hint">{t('After “Take theirs”, Undo brings yours back. “Keep mine” saves yours over theirs.')}</p>
    </Dialog>
  );
}
