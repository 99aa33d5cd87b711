// What an editor command is: a name, a label, its keys, and a function from the editor's state to the next one.
import type { EditorState } from '../editor/state';

/** What a command may do beside changing the state. */
export type Hands = {
  fit: (steps?: readonly string[]) => void;
  zoom: (factor: number) => void;
  focus: (step: string) => void;
  focusSearch: () => void;
  save: () => void;
  clipboard: { read: () => string; write: (text: string) => void };
};

export type Command = {
  name: string;
  label: string;
  /** As `keyOf` writes them; the first one is shown to people. */
  key: readonly string[];
  /** Clipboard commands answer the browser's own event, which alone may touch the clipboard. */
  event?: 'copy' | 'cut' | 'paste';
  /** Where its keys work: on the chain (when nothing is said), in every view, or even while the person types. */
  scope?: 'chain' | 'editor' | 'typing';
  /** False lets the key do what it does elsewhere on the page. */
  can?: (state: EditorState) => boolean;
  perform: (state: EditorState, hands: Hands) => EditorState;
};

/** A pressed key as commands name it: "Ctrl+Shift+Z", "Delete", "?". Shift is named for letters and named keys only. */
export function keyOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): string {
  const letter = /^\p{L}$/u.test(event.key);
  const key = letter ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (letter || key.length > 1);
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${shift ? 'Shift+' : ''}${key}`;
}
