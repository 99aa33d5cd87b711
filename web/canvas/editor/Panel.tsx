// The settings of a step, at the right: they apply as one types; OK keeps them, Cancel puts back what was there.
import { useEffect, useId, useRef } from 'react';
import { Tile } from '../chain/Face';
import { groupClass } from '../chain/group';
import { cancel } from '../commands/cancel';
import { closeSettings } from '../commands/closeSettings';
import { SettingsForm } from '../form/SettingsForm';
import { changeSettings, changeType } from '../graph/edit';
import { stepById } from '../graph/query';
import type { Step, StepType } from '../graph/types';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useEditor, useEditorState } from './context';
import { Example } from './Example';
import { changeGraph, type EditorState, graphOf, triggerTypes } from './state';
import { WaysOut } from './WaysOut';

export function Panel() {
  const state = useEditorState();
  const { act, run } = useEditor();
  const place = useRef<HTMLElement>(null);
  const step = state.panel ? stepById(graphOf(state), state.panel.step) : undefined;
  const type = step && state.types.get(step.type);

  useEffect(() => {
    const fields = [...(place.current?.querySelectorAll<HTMLElement>('.side-b :is(input, select, textarea)') ?? [])];
    const wrong = fields.find((field) => field.getAttribute('aria-invalid'));
    (wrong ?? fields[0] ?? place.current)?.focus({ preventScroll: wrong === undefined });
  }, []);

  if (!step || !type) return null;
  const wide = Object.values(type.schema.properties ?? {}).some((field) => field['x-widget'] === 'tree');
  return (
    <aside
      ref={place}
      tabIndex={-1}
      className={`side cv-side ${groupClass(type)}${wide ? ' cv-side-wide' : ''}`}
      aria-label={t('Settings of “{step}”', { step: type.title })}
    >
      <div className="side-h">
        <Tile type={type} large />
        <div className="grow">
          <h2 className="b">{type.title}</h2>
          <div className="s t3">{type.help}</div>
        </div>
        <button
          type="button"
          className="btn btn-quiet btn-icon btn-sm"
          aria-label={t('Close')}
          title={t('Close')}
          onClick={() => run(closeSettings)}
        >
          <Icon name="x" />
        </button>
      </div>
      <div className="side-b">
        {type.trigger && <TriggerChoice state={state} step={step} />}
        <SettingsForm
          key={step.type}
          schema={type.schema}
          settings={step.settings}
          errors={errorsOf(state, step)}
          onChange={(settings, field) =>
            act((now) => changeGraph(now, changeSettings(graphOf(now), step.id, settings), `${step.id}.${field}`))
          }
        />
        <Example lines={state.check.examples[step.id] ?? []} />
        <WaysOut state={state} step={step} type={type} />
      </div>
      <div className="side-f">
        <button type="button" className="btn btn-primary" onClick={() => run(closeSettings)}>
          {t('OK')}
        </button>
        <button type="button" className="btn btn-quiet" onClick={() => run(cancel)}>
          {t('Cancel')}
        </button>
        <span className="cv-end hide-m">
          <span className="kbd">Ctrl</span> <span className="kbd">Enter</span>
        </span>
      </div>
    </aside>
  );
}

/** A campaign's trigger is chosen here too, as those expect who know the dialog from elsewhere. */
function TriggerChoice({ state, step }: { state: EditorState; step: Step }) {
  const { act } = useEditor();
  const id = useId();
  const choose = (key: string) => {
    const type: StepType | undefined = state.types.get(key);
    if (type) act((now) => changeGraph(now, changeType(graphOf(now), step.id, type)));
  };
  return (
    <div data-field="trigger">
      <label className="form-label" htmlFor={id}>
        {t('Trigger')}
      </label>
      <select id={id} className="form-select" value={step.type} onChange={(event) => choose(event.target.value)}>
        {triggerTypes(state).map((type) => (
          <option key={type.key} value={type.key}>
            {type.title}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Messages by place below the settings: "nodes.n2.settings.amount" is about "amount". */
function errorsOf(state: EditorState, step: Step): ReadonlyMap<string, string> {
  const start = `nodes.${step.id}.settings.`;
  return new Map(
    state.check.problems
      .filter((problem) => problem.node === step.id && problem.severity === 'error')
      .flatMap((problem) => {
        const place = problem.where.startsWith(start) ? problem.where.slice(start.length) : problem.field;
        return place ? [[place, problem.message] as const] : [];
      }),
  );
}
