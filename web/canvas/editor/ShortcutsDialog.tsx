// Every key of the editor.
import { commands } from '../commands';
import { t } from '../i18n';
import { Dialog } from '../ui/Dialog';

/** What the canvas does by itself, without a command of ours. */
const handWork = (): { label: string; keys: string[] }[] => [
  { label: t('Move the canvas'), keys: ['Space', t('drag')] },
  { label: t('Select several'), keys: ['Shift', t('drag')] },
  { label: t('Place a step off the grid'), keys: ['Alt', t('drag')] },
  { label: t('Delete a line'), keys: [t('right click')] },
];

const SIGNS: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Delete: 'Del',
  Escape: 'Esc',
  '-': '\u2212',
};

const keysOf = (key: string): string[] => (key === '+' ? ['+'] : key.split('+')).map((part) => SIGNS[part] ?? part);

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const rows = [
    ...commands.map((command) => ({ label: command.label, keys: keysOf(command.key[0] ?? '') })),
    ...handWork(),
  ];
  return (
    <Dialog title={t('Shortcuts')} width={720} onClose={onClose}>
      <dl className="cv-keys">
        {rows.map((row) => (
          <div key={row.label}>
            <dt>{row.label}</dt>
            <dd>
              {row.keys.map((key) => (
                <span key={key} className="kbd">
                  {key}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
