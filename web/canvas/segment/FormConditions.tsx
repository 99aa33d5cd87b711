// The conditions of a form of a page: who meets them now, and the hidden field that carries them as JSON.
import { useEffect, useRef, useState } from 'react';
import { type FieldError, getConditions, getOrganisation } from '../api';
import { share } from '../format';
import { t, tn } from '../i18n';
import { OrganisationContext } from '../organisation';
import { Loaded } from '../ui/Loaded';
import { useCalm } from '../ui/useCalm';
import { about } from './about';
import { CountedBuilder, linesBelow } from './CountedBuilder';
import { membersOf } from './tree';
import type { Catalogue, SegmentGroup } from './types';
import { type Previewed, unfilled, usePreview } from './usePreview';

/** What keeps the form from being saved: by the addresses of lines, or said of the whole. */
type Trouble = { lines: ReadonlyMap<string, string>; other: string | null };
const NO_TROUBLE: Trouble = { lines: new Map(), other: null };

/** `refused`: what was wrong when the form was last sent. */
type Props = { field: string; first: SegmentGroup; refused: FieldError | null };

const load = () => Promise.all([getConditions(), getOrganisation()]);

export function FormConditions({ field, first, refused }: Props) {
  const [tree, setTree] = useState(first);
  const [trouble, setTrouble] = useState(() => troubleOf(refused, field));
  const hidden = useRef<HTMLInputElement>(null);

  useEffect(() => {
    // Whatever watches the form for what is typed learns of the tree too.
    if (tree !== first) hidden.current?.dispatchEvent(new Event('input', { bubbles: true }));
  }, [tree, first]);

  useEffect(() => {
    const form = hidden.current?.form;
    const stop = (event: SubmitEvent) => {
      const lines = unfilled(tree);
      if (lines.size === 0) return;
      event.preventDefault();
      setTrouble({ lines, other: null });
    };
    form?.addEventListener('submit', stop);
    return () => form?.removeEventListener('submit', stop);
  }, [tree]);

  function change(next: SegmentGroup): void {
    setTree(next);
    setTrouble(NO_TROUBLE);
  }

  return (
    <>
      <input type="hidden" ref={hidden} name={field} value={isEverybody(tree) ? '' : JSON.stringify(tree)} />
      <Loaded
        title={t('The conditions could not be loaded')}
        load={load}
        render={([conditions, organisation]) => (
          <OrganisationContext value={organisation}>
            <Fields tree={tree} conditions={conditions} trouble={trouble} onChange={change} />
          </OrganisationContext>
        )}
      />
    </>
  );
}

type FieldsProps = {
  tree: SegmentGroup;
  conditions: Catalogue;
  trouble: Trouble;
  onChange: (tree: SegmentGroup) => void;
};

function Fields({ tree, conditions, trouble, onChange }: FieldsProps) {
  const previewed = usePreview(tree);
  const place = useRef<HTMLDivElement>(null);

  // What stops saving is where the person goes on.
  useEffect(() => {
    if (trouble.lines.size > 0) place.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [trouble]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in a line is for the line, and does not send the form
    <div
      ref={place}
      onKeyDown={(event) => event.key === 'Enter' && event.target instanceof HTMLInputElement && event.preventDefault()}
    >
      <CountedBuilder
        tree={tree}
        conditions={conditions}
        previewed={previewed}
        errors={trouble.lines}
        onChange={onChange}
      />
      {trouble.other && (
        <p className="hint bad" role="alert">
          {trouble.other}
        </p>
      )}
      <Meeting {...previewed} />
    </div>
  );
}

/** How many meet them now, and what part of the base that is. */
function Meeting({ preview, old, counting, failure, again }: Previewed) {
  const said = preview && !old ? meetingWords(preview.count, preview.margin, preview.total) : '';
  const calm = useCalm(said);
  return (
    <>
      <p className="hint tn">{failure ?? (said || (counting ? t('Counting…') : '\u00a0'))}</p>
      {failure && (
        <button type="button" className="btn btn-sm" onClick={again}>
          {t('Count again')}
        </button>
      )}
      <span className="visually-hidden" role="status">
        {calm}
      </span>
    </>
  );
}

function troubleOf(refused: FieldError | null, field: string): Trouble {
  if (!refused) return NO_TROUBLE;
  const lines = linesBelow([[refused.where, refused.message]], field);
  return { lines, other: lines.size > 0 ? null : refused.message };
}

const isEverybody = (tree: SegmentGroup): boolean => !('any' in tree) && membersOf(tree).length === 0;

const meetingWords = (count: number, margin: number | null, total: number): string =>
  tn('{n} customer meets them now, {share} of the base', '{n} customers meet them now, {share} of the base', count, {
    n: about(count, margin),
    share: `${margin ? '≈\u00a0' : ''}${share(count, total)}`,
  });
