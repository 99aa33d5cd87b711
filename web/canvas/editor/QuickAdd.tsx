// The quick list: type a few letters, Enter, and the step stands where the list was opened.
import { useReactFlow } from '@xyflow/react';
import { useEffect, useId, useRef, useState } from 'react';
import { Tile } from '../chain/Face';
import { groupClass } from '../chain/group';
import { portPlace } from '../chain/LiveStep';
import { cancel } from '../commands/cancel';
import { portsOf, stepById, triggerOf } from '../graph/query';
import { CARD, type Point } from '../graph/types';
import { t } from '../i18n';
import { useEditor, useEditorState } from './context';
import { place } from './place';
import { type EditorState, graphOf, idle, type Spot } from './state';
import { grouped, groupTitle } from './steps';

const SIZE = { width: 264, height: 320 };

export function QuickAdd({ spot }: { spot: Spot }) {
  const state = useEditorState();
  const { act, run, hands } = useEditor();
  const flow = useReactFlow();
  const id = useId();
  const stage = useRef<HTMLElement>(null);
  const [words, setWords] = useState('');
  const [index, setIndex] = useState(0);
  const [corner, setCorner] = useState<Point | null>(null);
  const hasTrigger = triggerOf(graphOf(state), state.types) !== undefined;
  const groups = grouped(state.types, words, (type) => !(hasTrigger && type.trigger));
  const flat = groups.flatMap(({ types }) => types);
  const current = flat[Math.min(index, flat.length - 1)];

  // biome-ignore lint/correctness/useExhaustiveDependencies: stays where it was opened
  useEffect(() => {
    const box = stage.current?.parentElement?.getBoundingClientRect();
    if (!box) return;
    const at = flow.flowToScreenPosition(anchor(state, spot));
    setCorner({
      x: Math.max(8, Math.min(at.x - box.left - SIZE.width / 2, box.width - SIZE.width - 8)),
      y: Math.max(8, Math.min(at.y - box.top, box.height - SIZE.height - 8)),
    });
  }, []);

  function leave(): void {
    run(cancel);
    if ('after' in spot) hands.focus(spot.after);
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined)
      setIndex((Math.min(index, flat.length - 1) + step + flat.length) % Math.max(flat.length, 1));
    else if (event.key === 'Enter' && current) act((now) => place(now, current.key, spot));
    else if (event.key === 'Escape' || event.key === 'Tab') leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <search
      ref={stage}
      className="cv-quick"
      style={corner ? { left: corner.x, top: corner.y, width: SIZE.width } : { visibility: 'hidden' }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) act(idle);
      }}
    >
      {corner && (
        <input
          // biome-ignore lint/a11y/noAutofocus: the list was opened to type into it
          autoFocus
          type="search"
          className="form-control"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={current && `${id}-${current.key}`}
          aria-label={t('Add a step')}
          placeholder={t('Add a step')}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
        />
      )}
      <div className="cv-quick-l" id={`${id}-list`} role="listbox" aria-label={t('Steps')}>
        {groups.map(({ group, types }) => (
          // biome-ignore lint/a11y/useSemanticElements: options of a list box are grouped by role
          <div key={group} role="group" aria-label={groupTitle(group)}>
            <div className="pal-g" aria-hidden="true">
              {groupTitle(group)}
            </div>
            {types.map((type) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys go to the field, which holds the focus
              <div
                key={type.key}
                id={`${id}-${type.key}`}
                role="option"
                tabIndex={-1}
                aria-selected={type === current}
                className={`pal-i ${groupClass(type)}${type === current ? ' hov' : ''}`}
                data-quick={type.key}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => act((now) => place(now, type.key, spot))}
              >
                <Tile type={type} />
                {type.title}
              </div>
            ))}
          </div>
        ))}
      </div>
      {flat.length === 0 && <p className="t2 cv-none">{t('No step has “{words}” in its name.', { words })}</p>}
    </search>
  );
}

/** Where on the canvas the list opens: at the plus of a way out, in the middle of a line, or at the pointer. */
function anchor(state: EditorState, spot: Spot): Point {
  const graph = graphOf(state);
  if ('line' in spot) {
    const target = stepById(graph, spot.line.target)?.position ?? { x: 0, y: 0 };
    return { x: target.x + CARD.width / 2, y: target.y - 30 };
  }
  if (spot.at) return spot.at;
  const step = 'after' in spot ? stepById(graph, spot.after) : undefined;
  if (!step || !('after' in spot)) return { x: 0, y: 0 };
  const ports = portsOf(step, state.types);
  const place = ports.findIndex((port) => port.key === spot.port);
  const share = Number.parseInt(portPlace(Math.max(place, 0), ports.length), 10) / 100;
  return { x: step.position.x + CARD.width * share, y: step.position.y + CARD.height + 52 };
}
