// The palette: steps by group, to be dragged onto the canvas, or clicked and then placed with a second click.
import { useState } from 'react';
import { Tile } from '../chain/Face';
import { groupClass } from '../chain/group';
import { freePorts } from '../graph/query';
import type { StepType } from '../graph/types';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useEditor, useEditorState } from './context';
import { place } from './place';
import { currentStep, type EditorState, graphOf, type Spot } from './state';
import { grouped, groupTitle } from './steps';

export const DRAGGED_STEP = 'application/x-catena-step';

export function Palette() {
  const state = useEditorState();
  const { act } = useEditor();
  const [words, setWords] = useState('');
  const groups = grouped(state.types, words);
  return (
    <aside className="pal" aria-label={t('Steps')}>
      <div className="pal-find">
        <label className="field field-quiet cv-find">
          <Icon name="search" />
          <input
            type="search"
            data-step-search
            aria-label={t('Search steps')}
            placeholder={t('Search steps')}
            value={words}
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={(event) => {
              const first = groups[0]?.types[0];
              if (event.key === 'Enter' && first) act((now) => place(now, first.key, nearSpot(now)));
              if (event.key === 'Escape') setWords('');
            }}
          />
          <span className="kbd cv">/</span>
        </label>
      </div>
      <div className="pal-l">
        {groups.map(({ group, types }) => (
          <section key={group} aria-label={groupTitle(group)}>
            <div className="pal-g">
              {groupTitle(group)}
              {group === 'triggers' && <span className="cnt">{t('one per campaign')}</span>}
            </div>
            {types.map((type) => (
              <Item key={type.key} type={type} />
            ))}
          </section>
        ))}
        {groups.length === 0 && (
          <p className="t2 cv-none">
            {t('No step has “{words}” in its name.', { words })}{' '}
            <button type="button" className="btn btn-sm" onClick={() => setWords('')}>
              {t('Clear')}
            </button>
          </p>
        )}
      </div>
    </aside>
  );
}

function Item({ type }: { type: StepType }) {
  const { mode } = useEditorState();
  const { act } = useEditor();
  const chosen = mode.kind === 'placing' && mode.type === type.key;
  return (
    <button
      type="button"
      className={`pal-i cv-pal-i ${groupClass(type)}${chosen ? ' cv-chosen' : ''}`}
      draggable
      data-palette={type.key}
      title={type.help}
      aria-pressed={chosen}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED_STEP, type.key);
        event.dataTransfer.effectAllowed = 'copy';
      }}
      onClick={(event) => {
        // A click by keyboard has no place of its own: the step goes where the person works.
        if (event.detail === 0) act((now) => place(now, type.key, nearSpot(now)));
        else act((now) => ({ ...now, mode: chosen ? { kind: 'idle' } : { kind: 'placing', type: type.key } }));
      }}
    >
      <Tile type={type} />
      <span className="cv-pal-t">{type.title}</span>
      <span className="grip">
        <Icon name="grip-vertical" size={14} />
      </span>
    </button>
  );
}

/** Behind the selected step, else behind the lowest step with a free way out, else below everything. */
function nearSpot(state: EditorState): Spot {
  const graph = graphOf(state);
  const selected = currentStep(state);
  const lowestFirst = [...graph.nodes].sort((a, b) => b.position.y - a.position.y);
  for (const step of selected ? [selected, ...lowestFirst] : lowestFirst) {
    const port = freePorts(graph, step, state.types)[0];
    if (port) return { after: step.id, port: port.key };
  }
  const bottom = lowestFirst[0]?.position ?? { x: 0, y: 0 };
  return { at: { x: bottom.x + 140, y: bottom.y + 172 } };
}
