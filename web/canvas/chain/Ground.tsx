// The dotted ground of a canvas.
import { Background, BackgroundVariant } from '@xyflow/react';
import { GAP } from '../graph/types';

export function Ground() {
  return <Background variant={BackgroundVariant.Dots} gap={GAP.grid} size={1.6} color="var(--c-dot)" />;
}
