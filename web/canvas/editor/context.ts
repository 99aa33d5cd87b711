// What the editor's components share: the store, the ways to change it, and the draft that saves it.
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Command, Hands } from '../commands/command';
import type { Draft, DraftStatus } from './draft';
import type { EditorState } from './state';
import type { Store } from './store';

export type Editor = {
  store: Store<EditorState>;
  draft: Draft;
  hands: Hands;
  act: (change: (state: EditorState) => EditorState) => void;
  run: (command: Command) => void;
  /** Asks the server again for the campaign's state: whether it is live, which version, which run was the last. */
  refresh: () => Promise<void>;
};

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = useContext(EditorContext);
  if (!editor) throw new Error('A part of the editor stands outside of it');
  return editor;
}

export function useEditorState(): EditorState {
  const { store } = useEditor();
  return useSyncExternalStore(store.subscribe, store.get);
}

export const DraftContext = createContext<DraftStatus>({ kind: 'saved', at: null });
