// Problems, summaries and examples of the chain as it stands, asked of the server a little after each change.
import { useEffect } from 'react';
import { checkCampaign } from '../api';
import { useEditor, useEditorState } from './context';

const PAUSE_MS = 400;

export function useCheck(): void {
  const { act } = useEditor();
  const { graph, settings } = useEditorState().history.present;
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      // An answer that does not come leaves the last one standing: the draft's own state says that there is no connection.
      checkCampaign(graph, settings, stop.signal).then(
        (check) => act((state) => ({ ...state, check })),
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [graph, settings, act]);
}
