// A campaign has one trigger: a second one may take the first one's place.
import { triggerOf } from '../graph/query';
import { titleOf } from '../graph/read';
import { t } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { useEditor, useEditorState } from './context';
import { replaceTriggerBy } from './place';
import { graphOf } from './state';

export function ReplaceDialog({ type, onClose }: { type: string; onClose: () => void }) {
  const state = useEditorState();
  const { act } = useEditor();
  const trigger = triggerOf(graphOf(state), state.types);
  const now = trigger ? titleOf(trigger, state.types) : '';
  const next = state.types.get(type)?.title ?? type;
  return (
    <Dialog
      title={t('Replace the trigger by “{step}”?', { step: next })}
      width={480}
      onClose={onClose}
      foot={
        <>
          <span className="grow" />
          <button type="button" className="btn" onClick={onClose}>
            {t('Keep “{step}”', { step: now })}
          </button>
          <button type="button" className="btn btn-primary" onClick={() => act((s) => replaceTriggerBy(s, type))}>
            {t('Replace the trigger')}
          </button>
        </>
      }
    >
      <p className="t2">
        {t('A campaign starts by one trigger. “{step}” and its settings go; the lines stay. Undo brings it back.', {
          step: now,
        })}
      </p>
    </Dialog>
  );
}
