// The page of a segment: its name, its conditions, and at once what they mean in customers.
import { useEffect, useRef, useState } from 'react';
import { ApiError, askForDownload, copySegment, postSegment, putSegment, type Segment } from '../api';
import { clock } from '../format';
import { t } from '../i18n';
import { openSelection } from '../selection/api';
import { Builder } from './Builder';
import { Details } from './Details';
import { ExplainDialog } from './ExplainDialog';
import { FreezeDialog } from './FreezeDialog';
import { Meaning } from './Meaning';
import { Nobody } from './Nobody';
import { PageHead } from './PageHead';
import { Sample } from './Sample';
import { Sentence } from './Sentence';
import type { Catalogue, SegmentGroup } from './types';
import { errorsByLine, unfilled, usePreview } from './usePreview';

type Saved = Pick<Segment, 'name' | 'kind' | 'used_by'> & { id: number | null; tree: SegmentGroup };

type Trouble = { name: string | null; lines: ReadonlyMap<string, string>; other: string | null };
const NO_TROUBLE: Trouble = { name: null, lines: new Map(), other: null };

/** `asked`: the customer whose answer the address asks for. */
type Props = { saved: Saved; conditions: Catalogue; asked: number | null };

export function SegmentPage({ saved: first, conditions, asked }: Props) {
  const [saved, setSaved] = useState(first);
  const [name, setName] = useState(first.name);
  const [tree, setTree] = useState(first.tree);
  const [savedAt, setSavedAt] = useState<Date | null>(null);
  const [trouble, setTrouble] = useState(NO_TROUBLE);
  const [dialog, setDialog] = useState<'explain' | 'freeze' | null>(asked === null ? null : 'explain');
  const page = useRef<HTMLDivElement>(null);
  const previewed = usePreview(tree);
  const { preview, exact, old, counting } = previewed;
  const fading = old && counting;
  const dirty = saved.id === null || name !== saved.name || tree !== saved.tree;

  useEffect(() => {
    if (!dirty || (saved.id === null && tree === first.tree && name === first.name)) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [dirty, saved.id, tree, name, first]);

  // What stops saving is where the person goes on: at the first field that is wrong.
  useEffect(() => {
    if (trouble !== NO_TROUBLE) page.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [trouble]);

  function change(next: SegmentGroup): void {
    setTree(next);
    setTrouble(NO_TROUBLE);
  }

  /** Does something with the conditions once each has its value; until then says where one is missing. */
  function whenFilled(act: () => void): void {
    const lines = unfilled(tree);
    if (lines.size > 0) setTrouble({ name: null, lines, other: null });
    else act();
  }

  async function save(): Promise<void> {
    const lines = unfilled(tree);
    if (name.trim() === '' || lines.size > 0) {
      setTrouble({ name: name.trim() === '' ? t('Write a name') : null, lines, other: null });
      return;
    }
    try {
      const segment =
        saved.id === null ? await postSegment(name.trim(), tree) : await putSegment(saved.id, name.trim(), tree);
      setSaved({ ...segment, name, tree });
      setSavedAt(new Date());
      setTrouble(NO_TROUBLE);
      document.title = `${name} · Catena`;
      history.replaceState(null, '', `/segments/${segment.id}`);
    } catch (error) {
      setTrouble(explain(error, tree));
    }
  }

  async function actOn(): Promise<void> {
    try {
      const opened = await openSelection(dirty || saved.id === null ? { tree } : { segment: saved.id });
      location.assign(`/selections/${opened.id}`);
    } catch (error) {
      setTrouble(explain(error, tree));
    }
  }

  async function downloadThem(): Promise<void> {
    try {
      const asked = await askForDownload(name.trim(), tree);
      location.assign(`/downloads/${asked.id}`);
    } catch (error) {
      setTrouble(explain(error, tree));
    }
  }

  async function saveCopy(): Promise<void> {
    try {
      const copy =
        saved.id !== null && !dirty
          ? await copySegment(saved.id)
          : await postSegment(t('Copy of {name}', { name: name.trim() }), tree);
      location.assign(`/segments/${copy.id}`);
    } catch (error) {
      setTrouble(explain(error, tree));
    }
  }

  return (
    <div className="cv-segment" ref={page}>
      <PageHead
        name={name}
        trouble={trouble.name}
        kind={saved.kind}
        isNew={saved.id === null}
        state={dirty ? t('Not saved yet') : savedAt ? t('Saved {time}', { time: clock(savedAt) }) : ''}
        onName={(next) => {
          setName(next);
          setTrouble(NO_TROUBLE);
        }}
        onAct={() => whenFilled(() => void actOn())}
        onExplain={() => whenFilled(() => setDialog('explain'))}
        onFreeze={() => whenFilled(() => setDialog('freeze'))}
        onCopy={() => whenFilled(() => void saveCopy())}
        onSave={() => void save()}
      />
      {trouble.other && (
        <p className="bad cv-trouble" role="alert">
          {trouble.other}
        </p>
      )}
      <div className="segm">
        <section className="card" aria-label={t('Conditions')}>
          <div className="card-b">
            <Builder
              tree={tree}
              conditions={conditions}
              onChange={change}
              counts={new Map(preview?.lines.map((line) => [line.path, line.count]))}
              errors={trouble.lines.size > 0 ? trouble.lines : previewed.errors}
              names={preview?.names ?? {}}
              counting={counting}
            />
          </div>
          {preview && <Sentence parts={preview.sentence_parts} old={fading} />}
        </section>
        <div className="cv-beside">
          <Meaning {...previewed} tree={tree} />
          {saved.id !== null && <Details id={saved.id} usedBy={saved.used_by} round={savedAt?.getTime() ?? 0} />}
        </div>
        {exact && (
          <Sample
            preview={exact}
            old={counting}
            onDownload={() => whenFilled(() => void downloadThem())}
            empty={<Nobody preview={exact} tree={tree} conditions={conditions.items} onChange={change} />}
          />
        )}
      </div>
      {dialog === 'explain' && <ExplainDialog tree={tree} asked={asked} onClose={() => setDialog(null)} />}
      {dialog === 'freeze' && (
        <FreezeDialog
          name={name.trim()}
          tree={tree}
          count={exact && !old && preview === exact ? exact.count : null}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  );
}

function explain(error: unknown, tree: SegmentGroup): Trouble {
  const lines = errorsByLine(error, tree);
  const name = error instanceof ApiError ? error.errors.find(({ where }) => where === 'name')?.message : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { lines, name: name ?? null, other: lines.size > 0 || name ? null : message };
}
