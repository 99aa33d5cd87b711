// What changes out of sight, said aloud politely: problems, how the draft stands, where a line being drawn points.
import { useContext, useEffect, useState } from 'react';
import { portsOf, stepById } from '../graph/query';
import { nameOf } from '../graph/read';
import { t, tn } from '../i18n';
import { DraftContext, useEditorState } from './context';
import { draftWords } from './draftWords';
import { type EditorState, errorsIn, graphOf, problemsNow } from './state';

const AT_MOST_EVERY_MS = 2000;

export function Announcer() {
  const state = useEditorState();
  const status = useContext(DraftContext);
  const problems = errorsIn(problemsNow(state)).length;
  const joining = joiningWords(state);
  const calm = useCalm(
    `${problems === 0 ? t('No problems') : tn('{n} problem', '{n} problems', problems)}. ${draftWords(status)}`,
  );
  return (
    <div className="visually-hidden" role="status">
      {joining ?? calm}
    </div>
  );
}

function joiningWords(state: EditorState): string | null {
  if (state.mode.kind === 'placing')
    return t('Choose where “{step}” goes: click the canvas, a line or a step. Esc leaves.', {
      step: state.types.get(state.mode.type)?.title ?? '',
    });
  if (state.mode.kind !== 'joining') return null;
  const { from, port, to } = state.mode;
  const graph = graphOf(state);
  const source = stepById(graph, from);
  const way = source ? portsOf(source, state.types).find((each) => each.key === port)?.title : port;
  if (to === null) return t('Nothing fits “{way}”. Esc leaves.', { way: way ?? port });
  return t('{from}, {way}, to {to}: Enter joins, arrows choose another, C another way out, Esc leaves', {
    from: nameOf(graph, from, state.types),
    way: way ?? port,
    to: nameOf(graph, to, state.types),
  });
}

/** The newest words, but not more often than people can hear them. */
function useCalm(words: string): string {
  const [said, setSaid] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(words), AT_MOST_EVERY_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return said;
}
