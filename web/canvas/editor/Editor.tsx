// The campaign editor: one store, one draft, and the views over them.
import { ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type Campaign, getCampaign, putCampaign } from '../api';
import { FIT } from '../chain/ZoomBar';
import type { Hands } from '../commands/command';
import { Conditions } from '../form/TreeField';
import { sameContent } from '../graph/equal';
import type { StepType } from '../graph/types';
import type { Catalogue } from '../segment/types';
import { PHONE, useMedia } from '../ui/media';
import { Announcer } from './Announcer';
import { Bar } from './Bar';
import { Chain } from './Chain';
import { DraftContext, EditorContext, type Editor as EditorShared, useEditorState } from './context';
import { Dialogs } from './Dialogs';
import { Draft, type DraftStatus } from './draft';
import { Phone } from './Phone';
import { Results } from './Results';
import { reveal } from './reveal';
import { SettingsView } from './SettingsView';
import { changeDocument, type EditorState, openCampaign } from './state';
import { createStore } from './store';
import { useCheck } from './useCheck';
import { useKeys } from './useKeys';

export type Loaded = { campaign: Campaign; types: StepType[]; conditions: Catalogue };

export function Editor(props: Loaded) {
  return (
    <ReactFlowProvider>
      <Conditions value={props.conditions}>
        <EditorInside {...props} />
      </Conditions>
    </ReactFlowProvider>
  );
}

function EditorInside({ campaign, types }: Loaded) {
  const [status, setStatus] = useState<DraftStatus>({ kind: 'saved', at: new Date(campaign.updated_at) });
  const hands = useHands();
  const editor = useMemo(() => openEditor(campaign, types, hands, setStatus), [campaign, types, hands]);
  useEffect(() => {
    const stop = editor.store.subscribe(() => editor.draft.edit(editor.store.get().history.present));
    restoreKept(editor, campaign);
    return stop;
  }, [editor, campaign]);
  useKeys(editor);
  useUnsaved(editor, status);
  return (
    <EditorContext value={editor}>
      <DraftContext value={status}>
        <Views />
      </DraftContext>
    </EditorContext>
  );
}

function Views() {
  const state = useEditorState();
  const phone = useMedia(PHONE);
  useCheck();
  useEffect(() => {
    document.title = `${state.history.present.name} · Catena`;
  }, [state.history.present.name]);
  return (
    <div className="ed cv-ed">
      <Bar />
      {phone ? (
        <Phone />
      ) : state.view === 'settings' ? (
        <SettingsView />
      ) : state.view === 'results' ? (
        <Results />
      ) : (
        <Chain />
      )}
      <Dialogs />
      <Announcer />
    </div>
  );
}

function openEditor(
  campaign: Campaign,
  types: StepType[],
  hands: { current: Hands },
  onStatus: (status: DraftStatus) => void,
): EditorShared {
  const store = createStore<EditorState>(openCampaign(campaign, types));
  const takeState = ({ name, graph, settings, problems, summaries, ...rest }: Campaign) =>
    store.set((state) => ({ ...state, campaign: rest }));
  const draft = new Draft({
    campaign,
    document: store.get().history.present,
    put: putCampaign,
    shelf: localStorage,
    onStatus: (status) => {
      onStatus(status);
      if (status.kind === 'conflict') store.set((state) => ({ ...state, dialog: { kind: 'conflict' } }));
    },
    onSaved: takeState,
  });
  const own: Hands = {
    ...hands.current,
    save: () => void draft.saveNow(),
  };
  return {
    store,
    draft,
    hands: own,
    act: store.set,
    run: (command) => store.set((state) => command.perform(state, own)),
    refresh: async () => takeState(await getCampaign(campaign.id)),
  };
}

/** Canvas movements for commands; the view moves in the next frame, when the state that asked for it is on screen. */
function useHands(): { current: Hands } {
  const flow = useReactFlow();
  const hands = useRef<Hands>({
    fit: (steps) =>
      requestAnimationFrame(() => {
        void flow.fitView({ ...FIT, ...(steps ? { nodes: steps.map((id) => ({ id })), maxZoom: 1.4 } : {}) });
      }),
    zoom: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: 120 }),
    focus: (step) => focusStep(step, flow),
    focusSearch: () => document.querySelector<HTMLElement>('[data-step-search]')?.focus(),
    save: () => undefined,
    clipboard: { read: () => '', write: () => undefined },
  });
  return hands;
}

/** At once, so that the next key already finds the focus there; the view follows when the change is on screen. */
function focusStep(id: string, flow: ReturnType<typeof useReactFlow>): void {
  document.querySelector<HTMLElement>(`.cv-step[data-node-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  requestAnimationFrame(() => reveal(id, flow));
}

/** What an earlier visit could not send goes on top of the campaign, where nobody else has changed it since. */
function restoreKept(editor: EditorShared, campaign: Campaign): void {
  const kept = editor.draft.kept();
  if (!kept) return;
  const { name, graph, settings } = campaign;
  // The answer to the last save may have been lost while the save itself was not.
  if (sameContent(kept.document, { name, settings, graph })) editor.draft.forgetKept();
  else if (kept.revision === campaign.revision) editor.act((state) => changeDocument(state, kept.document));
  else editor.draft.meet(campaign, kept.document);
}

/** Saves without waiting when the person turns away from the page, and when the connection comes back. */
function useUnsaved(editor: EditorShared, status: DraftStatus): void {
  useEffect(() => {
    const save = () => void editor.draft.saveNow();
    const leave = () => {
      if (document.visibilityState === 'hidden' && editor.draft.dirty) save();
    };
    document.addEventListener('visibilitychange', leave);
    if (status.kind === 'offline') addEventListener('online', save);
    return () => {
      document.removeEventListener('visibilitychange', leave);
      removeEventListener('online', save);
    };
  }, [editor, status.kind]);
}
