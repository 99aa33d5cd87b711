// A line on the canvas: right angles, the name of its way out after a branch, a plus to insert a step, a right click to cut.
import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { linePath } from '../chain/path';
import { portsOf, stepById } from '../graph/query';
import { nameOf } from '../graph/read';
import { lineId } from '../graph/types';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useEditor, useEditorState } from './context';
import { graphOf } from './state';

export function LineEdge(props: EdgeProps<Edge<{ hot: boolean }>>) {
  const state = useEditorState();
  const { act } = useEditor();
  const { path, x, y } = linePath(props);
  const graph = graphOf(state);
  const line = graph.edges.find((each) => lineId(each) === props.id);
  const source = stepById(graph, props.source);
  const ports = source ? portsOf(source, state.types) : [];
  const port = ports.length > 1 ? ports.find((each) => each.key === props.sourceHandleId) : undefined;
  const tone = port?.sign === 'plus' ? 'yes' : port?.sign === 'minus' ? 'no' : '';
  const plus = port ? { x: props.targetX, y: props.targetY - 28 } : { x, y };
  return (
    <>
      <BaseEdge path={path} className={props.selected || props.data?.hot ? 'cv-hot' : ''} interactionWidth={28} />
      <EdgeLabelRenderer>
        {port && (
          <span className={`wl ${tone}`} style={{ left: x, top: y }}>
            {port.title}
          </span>
        )}
        {line && (
          <button
            type="button"
            className={props.selected ? 'cv-insert cv-on nopan' : 'cv-insert nopan'}
            style={{ left: plus.x, top: plus.y }}
            tabIndex={-1}
            data-line={props.id}
            aria-label={t('Insert a step before “{step}”', { step: nameOf(graph, line.target, state.types) })}
            title={t('Insert a step')}
            onClick={() => act((now) => ({ ...now, mode: { kind: 'adding', spot: { line } } }))}
          >
            <Icon name="plus" />
          </button>
        )}
      </EdgeLabelRenderer>
    </>
  );
}
