// A line on the canvas: right angles, the name of its way out after a branch, a plus to insert a step, a right click to cut.
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { linePath } from '../chain/path';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import type { LineNode } from './cards';
import { useEditor } from './context';
import { addAt } from './place';

export const LineEdge = memo(function LineEdge(props: EdgeProps<LineNode>) {
  const { act } = useEditor();
  const { path, x, y } = linePath(props);
  if (!props.data) return null;
  const { line, port, target, hot } = props.data;
  const tone = port?.sign === 'plus' ? 'yes' : port?.sign === 'minus' ? 'no' : '';
  // The words of a branch stand in the middle, so its plus stands before the next step.
  const plus = port ? { x: props.targetX, y: props.targetY - 28 } : { x, y };
  return (
    <>
      <BaseEdge path={path} className={props.selected || hot ? 'cv-hot' : ''} interactionWidth={28} />
      <EdgeLabelRenderer>
        {port && (
          <span className={`wl ${tone}`} style={{ left: x, top: y }}>
            {port.title}
          </span>
        )}
        <button
          type="button"
          className={props.selected ? 'cv-insert cv-on nopan' : 'cv-insert nopan'}
          style={{ left: plus.x, top: plus.y }}
          tabIndex={-1}
          data-line={props.id}
          aria-label={t('Insert a step before “{step}”', { step: target })}
          title={t('Insert a step')}
          onClick={() => act((now) => addAt(now, { line }))}
        >
          <Icon name="plus" />
        </button>
      </EdgeLabelRenderer>
    </>
  );
});
