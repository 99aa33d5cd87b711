// Keys and clipboard events of the page, brought to the commands.
import { useEffect } from 'react';
import { commands } from '../commands';
import { type Command, keyOf } from '../commands/command';
import type { Editor } from './context';

/** Keys that mean something of their own to buttons, links and lists, so that only the chain itself answers them. */
const ON_CHAIN_ONLY = new Set([
  'Enter',
  'Tab',
  'Delete',
  'Backspace',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
]);

export function useKeys(editor: Editor): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => answerKey(editor, event);
    const onClipboard = (event: ClipboardEvent) => answerClipboard(editor, event);
    addEventListener('keydown', onKey);
    for (const name of ['copy', 'cut', 'paste'] as const) document.addEventListener(name, onClipboard);
    return () => {
      removeEventListener('keydown', onKey);
      for (const name of ['copy', 'cut', 'paste'] as const) document.removeEventListener(name, onClipboard);
    };
  }, [editor]);
}

function answerKey(editor: Editor, event: KeyboardEvent): void {
  const state = editor.store.get();
  if (event.defaultPrevented || state.dialog) return;
  const key = keyOf(event);
  const target = event.target instanceof Element ? event.target : document.body;
  if (ON_CHAIN_ONLY.has(key) && !isChain(target)) return;
  if (key !== 'Tab') selectFocused(editor, target);
  const command = commands.find((each) => !each.event && each.key.includes(key) && isOpen(each, editor, target));
  if (!command) return;
  event.preventDefault();
  editor.run(command);
}

function answerClipboard(editor: Editor, event: ClipboardEvent): void {
  const state = editor.store.get();
  const target = event.target instanceof Element ? event.target : document.body;
  const textChosen = (getSelection()?.toString() ?? '') !== '';
  if (state.dialog || state.view !== 'chain' || isTyping(target) || (textChosen && event.type !== 'paste')) return;
  const command = commands.find((each) => each.event === event.type && (each.can?.(state) ?? true));
  if (!command || !event.clipboardData) return;
  const data = event.clipboardData;
  event.preventDefault();
  editor.act((now) =>
    command.perform(now, {
      ...editor.hands,
      clipboard: { read: () => data.getData('text/plain'), write: (text) => data.setData('text/plain', text) },
    }),
  );
}

/** A step that has the focus is what keys speak of, also when it was reached by Tab and never selected. */
function selectFocused(editor: Editor, target: Element): void {
  const id = target.matches('.cv-step') ? target.getAttribute('data-node-id') : null;
  if (id === null || editor.store.get().selection.steps.length > 0) return;
  editor.act((state) => ({ ...state, selection: { steps: [id], lines: [] } }));
}

function isOpen(command: Command, editor: Editor, target: Element): boolean {
  const state = editor.store.get();
  const scope = command.scope ?? 'chain';
  if (scope !== 'typing' && isTyping(target)) return false;
  if (scope === 'chain' && state.view !== 'chain') return false;
  return command.can?.(state) ?? true;
}

const isTyping = (target: Element): boolean => target.matches('input, textarea, select, [contenteditable="true"]');
const isChain = (target: Element): boolean =>
  target === document.body || target.matches('.cv-step, .react-flow, .react-flow__pane, .cv-stage');
