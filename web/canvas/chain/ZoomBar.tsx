// Zoom and fit at the bottom left of a canvas; the editor adds its own buttons as children.
import { Panel, useReactFlow, useStore } from '@xyflow/react';
import type { ReactNode } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';

const still = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false;

/** How the view moves to show a whole chain; at once for those who asked for less motion. */
export const FIT = { maxZoom: 1, padding: 0.12, duration: still ? 0 : 240 };

export function ZoomBar({ children }: { children?: ReactNode }) {
  const flow = useReactFlow();
  const zoom = useStore((store) => store.transform[2]);
  return (
    <Panel position="bottom-left" className="float cv-float">
      <BarButton icon="minus" label={t('Zoom out')} hotkey="−" onClick={() => void flow.zoomOut()} />
      <span className="pct">{Math.round(zoom * 100)}&nbsp;%</span>
      <BarButton icon="plus" label={t('Zoom in')} hotkey="+" onClick={() => void flow.zoomIn()} />
      <span className="sep" />
      <BarButton icon="maximize" label={t('Fit')} hotkey="1" onClick={() => void flow.fitView(FIT)} />
      {children}
    </Panel>
  );
}

type ButtonProps = { icon: string; label: string; hotkey: string; onClick: () => void };

export function BarButton({ icon, label, hotkey, onClick }: ButtonProps) {
  return (
    <button type="button" className="btn btn-icon" aria-label={label} title={`${label} (${hotkey})`} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
