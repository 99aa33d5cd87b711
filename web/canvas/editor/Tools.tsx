// The tools above a selected card.
import { duplicate } from '../commands/duplicate';
import { openSettings } from '../commands/openSettings';
import { remove } from '../commands/remove';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useEditor, useEditorState } from './context';

export function Tools() {
  const state = useEditorState();
  const { run } = useEditor();
  const tools = [
    { command: openSettings, icon: 'adjustments-horizontal', label: t('Settings'), hotkey: 'Enter' },
    { command: duplicate, icon: 'copy', label: duplicate.label, hotkey: 'Ctrl+D' },
    { command: remove, icon: 'trash', label: remove.label, hotkey: 'Del' },
  ];
  return (
    <div className="node-tools nodrag nopan" role="toolbar" aria-label={t('Tools of the step')}>
      {tools
        .filter(({ command }) => command.can?.(state) ?? true)
        .map(({ command, icon, label, hotkey }) => (
          <button
            key={command.name}
            type="button"
            tabIndex={-1}
            aria-label={label}
            title={`${label} (${hotkey})`}
            onClick={(event) => {
              event.stopPropagation();
              run(command);
            }}
          >
            <Icon name={icon} />
          </button>
        ))}
    </div>
  );
}
