// Brings a card into view where it is hidden: beyond the canvas, behind the settings or under the small map.
import type { ReactFlowInstance } from '@xyflow/react';
import { FIT } from '../chain/ZoomBar';
import { CARD } from '../graph/types';

const MARGIN = { side: 16, top: 60, bottom: 140 };

/** A first look at the chain: all of it, and a short one at the top, where it grows downwards from. */
export async function showWhole(flow: ReactFlowInstance): Promise<void> {
  await flow.fitView({ ...FIT, duration: 0 });
  const { x, y, zoom } = flow.getViewport();
  const top = flow.getNodesBounds(flow.getNodes()).y * zoom;
  await flow.setViewport({ x, y: Math.min(y, MARGIN.top - top), zoom });
}

export function reveal(id: string, flow: ReactFlowInstance): void {
  const card = document.querySelector<HTMLElement>(`.cv-step[data-node-id="${CSS.escape(id)}"]`);
  const stage = card?.closest('.cv-stage')?.getBoundingClientRect();
  const node = flow.getNode(id);
  if (!card || !stage || !node) return;
  const box = card.getBoundingClientRect();
  const inView =
    box.left >= stage.left + MARGIN.side &&
    box.right <= stage.right - MARGIN.side &&
    box.top >= stage.top + MARGIN.side &&
    box.bottom <= stage.bottom - MARGIN.bottom;
  if (inView) return;
  const centre = { x: node.position.x + CARD.width / 2, y: node.position.y + CARD.height / 2 };
  void flow.setCenter(centre.x, centre.y, { zoom: flow.getZoom(), duration: FIT.duration });
}
