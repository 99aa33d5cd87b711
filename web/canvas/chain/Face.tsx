// The face of a step: its tile, title and one line of words; the same on the canvas, in results and in the outline.
import type { ReactNode } from 'react';
import type { StepType } from '../graph/types';
import { Icon } from '../ui/Icon';

export function Tile({ type, large = false }: { type: StepType | undefined; large?: boolean }) {
  return (
    <span className={large ? 'tile tile-32' : 'tile'}>
      <Icon name={type?.icon ?? 'help-circle'} />
    </span>
  );
}

type Props = { type: StepType | undefined; title: string; summary: string; children?: ReactNode };

export function Face({ type, title, summary, children }: Props) {
  return (
    <div className="node-b">
      <Tile type={type} large />
      <div className="grow">
        <div className="ttl ell">{title}</div>
        <div className="sum" title={summary}>
          {summary}
        </div>
      </div>
      {children}
    </div>
  );
}
