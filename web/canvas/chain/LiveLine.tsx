// A line of a run: as thick as its share of those who entered, with the number on it and the share after a branch.
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { share, whole } from '../format';
import type { Port } from '../graph/types';
import { linePath } from './path';

export type LiveLineData = { count: number; from: number; entered: number; port: Port | null; branch: boolean };

export function LiveLine(props: EdgeProps<Edge<LiveLineData>>) {
  const { path, x, y } = linePath(props);
  const data = props.data;
  if (!data) return null;
  const width = data.entered === 0 ? 2 : 2 + (7 * data.count) / data.entered;
  const tone = data.port?.sign === 'plus' ? 'ok' : data.port?.sign === 'minus' ? 'bad' : 't2';
  return (
    <>
      <BaseEdge path={path} className="cv-flow" style={{ strokeWidth: width }} interactionWidth={0} />
      <EdgeLabelRenderer>
        <span className="wl n" style={{ left: x, top: y }}>
          {data.branch && data.port && <span className={tone}>{data.port.title} </span>}
          {whole(data.count)}
          {data.branch && <small> {share(data.count, data.from)}</small>}
        </span>
      </EdgeLabelRenderer>
    </>
  );
}
