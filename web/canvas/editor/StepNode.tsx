// A step on the canvas: its card, its ports, its tools while selected, and a plus at every free way out.
import { Handle, type NodeProps, Position, useConnection, useUpdateNodeInternals } from '@xyflow/react';
import { useEffect } from 'react';
import { Face } from '../chain/Face';
import { groupClass } from '../chain/group';
import { portPlace } from '../chain/LiveStep';
import { duplicate } from '../commands/duplicate';
import { openSettings } from '../commands/openSettings';
import { remove } from '../commands/remove';
import { canConnect, inReadingOrder, linesIn, linesOut, portsOf, stepById } from '../graph/query';
import { readStep, titleOf } from '../graph/read';
import type { Port, Step } from '../graph/types';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useEditor, useEditorState } from './context';
import { type EditorState, errorsIn, graphOf, problemsOf } from './state';

export function StepNode({ id }: NodeProps) {
  const state = useEditorState();
  const step = stepById(graphOf(state), id);
  return step ? <Card state={state} step={step} /> : null;
}

function Card({ state, step }: { state: EditorState; step: Step }) {
  const graph = graphOf(state);
  const type = state.types.get(step.type);
  const ports = portsOf(step, state.types);
  const problems = problemsOf(state, step.id);
  const error = errorsIn(problems)[0];
  const summary = error?.message ?? state.check.summaries[step.id] ?? type?.help ?? '';
  const selected = state.selection.steps.includes(step.id);
  const only = selected && state.selection.steps.length === 1;
  const fits = useFits(state, step);
  const pointed = state.mode.kind === 'joining' && state.mode.to === step.id;
  useFreshPorts(step.id, ports);

  const classes = ['node cv-step', groupClass(type)];
  if (selected) classes.push('sel');
  if (error) classes.push('problem');
  if (pointed) classes.push('cv-pointed');
  if (fits !== null) classes.push(fits ? 'cv-fits' : 'cv-fades');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be read as a form
    <div
      className={classes.join(' ')}
      role="group"
      tabIndex={isTabStop(state, step) ? 0 : -1}
      aria-label={readStep(graph, step, state.types, state.check.summaries[step.id] ?? '', problems)}
      aria-roledescription={t('step')}
      aria-current={selected || undefined}
      data-node-id={step.id}
      data-node-type={step.type}
    >
      {!type?.trigger && (
        <Handle
          type="target"
          position={Position.Top}
          className={linesIn(graph, step.id).length > 0 ? 'port joined' : 'port'}
        />
      )}
      <Face type={type} title={titleOf(step, state.types)} summary={summary}>
        {!error && problems.length > 0 && (
          <span className="warn" title={problems[0]?.message}>
            <Icon name="alert-triangle" />
          </span>
        )}
      </Face>
      {error && (
        <span className="flag">
          <Icon name="exclamation-mark" />
        </span>
      )}
      {ports.map((port, index) => (
        <WayOut key={port.key} state={state} step={step} port={port} left={portPlace(index, ports.length)} />
      ))}
      {only && <Tools state={state} />}
    </div>
  );
}

function WayOut({ state, step, port, left }: { state: EditorState; step: Step; port: Port; left: string }) {
  const { act } = useEditor();
  const joined = linesOut(graphOf(state), step.id).some((line) => line.port === port.key);
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
          aria-label={t('Add a step after “{step}”, {way}', {
            step: titleOf(step, state.types),
            way: port.title.toLowerCase(),
          })}
          title={t('Add a step (+)')}
          onClick={(event) => {
            event.stopPropagation();
            const { mode } = state;
            const spot = { after: step.id, port: port.key };
            act((now) => ({ ...now, mode: mode.kind === 'placing' ? mode : { kind: 'adding', spot } }));
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

function Tools({ state }: { state: EditorState }) {
  const { run } = useEditor();
  return (
    <div className="node-tools nodrag nopan" role="toolbar" aria-label={t('Tools of the step')}>
      {[
        { command: openSettings, icon: 'adjustments-horizontal', label: t('Settings'), hotkey: 'Enter' },
        { command: duplicate, icon: 'copy', label: duplicate.label, hotkey: 'Ctrl+D' },
        { command: remove, icon: 'trash', label: remove.label, hotkey: 'Del' },
      ]
        .filter(({ command }) => command.can?.(state) ?? true)
        .map(({ command, icon, label, hotkey }) => (
          <button
            key={command.name}
            type="button"
            tabIndex={-1}
            aria-label={label}
            title={`${label} (${hotkey})`}
            onClick={(event) => {
              event.stopPropagation();
              run(command);
            }}
          >
            <Icon name={icon} />
          </button>
        ))}
    </div>
  );
}

/** One step of the canvas is in the page's Tab order: the selected one, else the first. Arrows walk from there. */
function isTabStop(state: EditorState, step: Step): boolean {
  const stop = state.selection.steps[0] ?? inReadingOrder(graphOf(state).nodes)[0]?.id;
  return stop === step.id;
}

/** While a line is being drawn: whether it may end here; null while none is. */
function useFits(state: EditorState, step: Step): boolean | null {
  const drawn = useConnection((connection) =>
    connection.inProgress && connection.fromHandle?.type === 'source'
      ? `${connection.fromHandle.nodeId}\n${connection.fromHandle.id}`
      : null,
  );
  if (drawn === null) return null;
  const [source = '', port = ''] = drawn.split('\n');
  return source === step.id ? null : canConnect(graphOf(state), { source, port, target: step.id }, state.types);
}

/** React Flow measures ports once: a step that got another type must be measured again. */
function useFreshPorts(id: string, ports: readonly Port[]): void {
  const update = useUpdateNodeInternals();
  const keys = ports.map((port) => port.key).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the ports are others
  useEffect(() => update(id), [id, keys, update]);
}
