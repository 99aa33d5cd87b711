// A step of a run on the canvas: nothing to change, four numbers to open.
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import type { StepCounts } from '../api';
import { share, whole } from '../format';
import type { Port, StepType } from '../graph/types';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Face } from './Face';
import { groupClass } from './group';
import { Ended, isMoving, Stats } from './Stats';

export type LiveStepData = {
  run: number;
  type: StepType | undefined;
  title: string;
  summary: string;
  counts: StepCounts;
  moving: boolean;
  /** Ways out that a line leaves from. */
  joined: readonly string[];
};

export function LiveStep({ id, data }: NodeProps<Node<LiveStepData>>) {
  const ports = data.type?.ports ?? [];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be read as a form
    <div
      className={`node live ${groupClass(data.type)}`}
      role="group"
      aria-label={`${data.title}, ${data.summary}`}
      data-node-id={id}
      data-node-type={data.type?.key}
    >
      {!data.type?.trigger && (
        <Handle type="target" position={Position.Top} className="port joined" isConnectable={false} />
      )}
      <Face type={data.type} title={data.title} summary={data.summary}>
        {data.moving && isMoving(data.counts) && (
          <span className="pulse" role="img" aria-label={t('People are moving here now')} />
        )}
      </Face>
      <Stats run={data.run} step={id} title={data.title} counts={data.counts} />
      <Ended run={data.run} step={id} counts={data.counts} />
      {ports.map((port, index) => (
        <LivePort key={port.key} port={port} left={portPlace(index, ports.length)} />
      ))}
      {ports.map(
        (port, index) =>
          ports.length > 1 &&
          !data.joined.includes(port.key) && (
            <FreeWay key={port.key} step={id} data={data} port={port} left={portPlace(index, ports.length)} />
          ),
      )}
    </div>
  );
}

/** A branch that leads nowhere: how many ended their trip that way. */
function FreeWay({ step, data, port, left }: { step: string; data: LiveStepData; port: Port; left: string }) {
  const count = data.counts.out[port.key] ?? 0;
  const tone = port.sign === 'plus' ? 'ok' : port.sign === 'minus' ? 'bad' : 't2';
  return (
    <a
      className="wl n cv-free-n"
      style={{ left }}
      href={`/runs/${data.run}?node=${encodeURIComponent(step)}&way=${encodeURIComponent(`out:${port.key}`)}`}
    >
      <span className={tone}>{port.title}</span> {whole(count)} <small>{share(count, data.counts.in)}</small>
    </a>
  );
}

function LivePort({ port, left }: { port: Port; left: string }) {
  const tone = port.sign === 'plus' ? 'yes' : port.sign === 'minus' ? 'no' : '';
  return (
    <Handle
      id={port.key}
      type="source"
      position={Position.Bottom}
      isConnectable={false}
      className={tone ? `port out sig ${tone}` : 'port out joined'}
      style={{ left }}
      title={port.title}
    >
      {port.sign && <Icon name={port.sign} />}
    </Handle>
  );
}

/** Along the bottom edge: one way out in the middle, two at 28 % and 72 %, more at even distances. */
export const portPlace = (index: number, count: number): string =>
  count === 1 ? '50%' : count === 2 ? (index === 0 ? '28%' : '72%') : `${Math.round((100 * (index + 0.5)) / count)}%`;
