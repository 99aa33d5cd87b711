// A modal dialog in the look's dress: the browser's own <dialog> traps the focus and gives it back.
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { t } from '../i18n';
import { Icon } from './Icon';

type Props = { title: string; onClose: () => void; children: ReactNode; foot?: ReactNode; width?: number };

export function Dialog({ title, onClose, children, foot, width }: Props) {
  const place = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = place.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={place}
      className="dlg"
      aria-labelledby={heading}
      style={width ? { width: `min(${width}px, calc(100vw - 24px))` } : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="dlg-h">
        <h2 id={heading}>{title}</h2>
        <button type="button" className="btn btn-quiet btn-icon btn-sm" aria-label={t('Close')} onClick={onClose}>
          <Icon name="x" />
        </button>
      </div>
      <div className="dlg-b">{children}</div>
      {foot && <div className="dlg-f">{foot}</div>}
    </dialog>
  );
}
