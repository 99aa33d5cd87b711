// A step on the canvas: its card, its ports, its tools while selected, and a plus at every free way out.
import { Handle, type NodeProps, Position, useConnection, useUpdateNodeInternals } from '@xyflow/react';
import { memo, useEffect } from 'react';
import { Face } from '../chain/Face';
import { groupClass } from '../chain/group';
import { portPlace } from '../chain/LiveStep';
import { canConnect } from '../graph/query';
import type { Port } from '../graph/types';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import type { CardData, CardNode } from './cards';
import { useEditor } from './context';
import { addAt } from './place';
import { graphOf } from './state';
import { Tools } from './Tools';

export const StepNode = memo(function StepNode({ id, data }: NodeProps<CardNode>) {
  const { type, trouble } = data;
  const ports = type?.ports ?? [];
  const fits = useFits(id);
  useFreshPorts(id, ports);

  const classes = ['node cv-step', groupClass(type)];
  if (data.selected) classes.push('sel');
  if (trouble === 'error') classes.push('problem');
  if (data.pointed) classes.push('cv-pointed');
  if (fits !== null) classes.push(fits ? 'cv-fits' : 'cv-fades');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be read as a form
    <div
      className={classes.join(' ')}
      role="group"
      tabIndex={data.tabStop ? 0 : -1}
      aria-label={data.label}
      aria-roledescription={t('step')}
      aria-current={data.selected || undefined}
      data-node-id={id}
      data-node-type={data.step.type}
    >
      {!type?.trigger && (
        <Handle type="target" position={Position.Top} className={data.entered ? 'port joined' : 'port'} />
      )}
      <Face type={type} title={data.title} summary={data.summary}>
        {trouble === 'warning' && (
          <span className="warn" title={data.warning}>
            <Icon name="alert-triangle" />
          </span>
        )}
      </Face>
      {trouble === 'error' && (
        <span className="flag">
          <Icon name="exclamation-mark" />
        </span>
      )}
      {ports.map((port, index) => (
        <WayOut key={port.key} data={data} port={port} left={portPlace(index, ports.length)} />
      ))}
      {data.alone && <Tools />}
    </div>
  );
});

function WayOut({ data, port, left }: { data: CardData; port: Port; left: string }) {
  const { act } = useEditor();
  const joined = data.joined.split(' ').includes(port.key);
  const tone = port.sign === 'plus' ? 'sig yes' : port.sign === 'minus' ? 'sig no' : joined ? 'joined' : '';
  return (
    <>
      <Handle
        id={port.key}
        type="source"
        position={Position.Bottom}
        className={`port out ${tone}`}
        style={{ left }}
        title={port.title}
        data-port={port.key}
      >
        {port.sign && <Icon name={port.sign} />}
      </Handle>
      {!joined && (
        <button
          type="button"
          className="cv-free nodrag nopan"
          style={{ left }}
          tabIndex={-1}
          data-free={port.key}
          aria-label={t('Add a step after “{step}”, {way}', { step: data.title, way: port.title.toLowerCase() })}
          title={t('Add a step (+)')}
          onClick={(event) => {
            event.stopPropagation();
            act((now) => addAt(now, { after: data.step.id, port: port.key }));
          }}
        >
          <span className="add">
            <Icon name="plus" />
          </span>
        </button>
      )}
    </>
  );
}

/** While a line is being drawn: whether it may end here; null while none is. */
function useFits(id: string): boolean | null {
  const { store } = useEditor();
  const drawn = useConnection((connection) =>
    connection.inProgress && connection.fromHandle?.type === 'source'
      ? `${connection.fromHandle.nodeId}\n${connection.fromHandle.id}`
      : null,
  );
  if (drawn === null) return null;
  const [source = '', port = ''] = drawn.split('\n');
  const state = store.get();
  return source === id ? null : canConnect(graphOf(state), { source, port, target: id }, state.types);
}

/** React Flow measures ports once: a step that got another type must be measured again. */
function useFreshPorts(id: string, ports: readonly Port[]): void {
  const update = useUpdateNodeInternals();
  const keys = ports.map((port) => port.key).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the ports are others
  useEffect(() => update(id), [id, keys, update]);
}
