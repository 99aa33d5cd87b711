// The path of a line between two ports: right angles with round corners, and where its words stand.
import { getSmoothStepPath, Position } from '@xyflow/react';

type Ends = { sourceX: number; sourceY: number; targetX: number; targetY: number };

export type LinePath = { path: string; x: number; y: number };

export function linePath(ends: Ends): LinePath {
  const [path, x, y] = getSmoothStepPath({
    ...ends,
    sourcePosition: Position.Bottom,
    targetPosition: Position.Top,
    borderRadius: 14,
  });
  return { path, x, y };
}
