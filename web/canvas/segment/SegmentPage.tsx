// The page of a segment: its name, its conditions, and at once what they mean in customers.
import { useEffect, useRef, useState } from 'react';
import { ApiError, postSegment, putSegment, type Segment } from '../api';
import { clock } from '../format';
import { t } from '../i18n';
import { Builder } from './Builder';
import { Meaning } from './Meaning';
import { Sample } from './Sample';
import { Sentence } from './Sentence';
import type { Catalogue, SegmentGroup } from './types';
import { errorsByLine, unfilled, usePreview } from './usePreview';

type Saved = Pick<Segment, 'name'> & { id: number | null; tree: SegmentGroup };

type Trouble = { name: string | null; lines: ReadonlyMap<string, string>; other: string | null };
const NO_TROUBLE: Trouble = { name: null, lines: new Map(), other: null };

type Props = { saved: Saved; conditions: Catalogue };

export function SegmentPage({ saved: first, conditions }: Props) {
  const [saved, setSaved] = useState(first);
  const [name, setName] = useState(first.name);
  const [tree, setTree] = useState(first.tree);
  const [savedAt, setSavedAt] = useState<Date | null>(null);
  const [trouble, setTrouble] = useState(NO_TROUBLE);
  const page = useRef<HTMLDivElement>(null);
  const previewed = usePreview(tree);
  const { preview, counting } = previewed;
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

  async function save(): Promise<void> {
    const lines = unfilled(tree);
    if (name.trim() === '' || lines.size > 0) {
      setTrouble({ name: name.trim() === '' ? t('Write a name') : null, lines, other: null });
      return;
    }
    try {
      const segment =
        saved.id === null ? await postSegment(name.trim(), tree) : await putSegment(saved.id, name.trim(), tree);
      setSaved({ id: segment.id, name, tree });
      setSavedAt(new Date());
      setTrouble(NO_TROUBLE);
      document.title = `${name} · Catena`;
      history.replaceState(null, '', `/segments/${segment.id}`);
    } catch (error) {
      setTrouble(explain(error, tree));
    }
  }

  async function saveCopy(): Promise<void> {
    try {
      const copy = await postSegment(t('{name}, copy', { name: name.trim() }), tree);
      location.assign(`/segments/${copy.id}`);
    } catch (error) {
      setTrouble(explain(error, tree));
    }
  }

  return (
    <div className="cv-segment" ref={page}>
      <div className="page-head">
        <div className="grow">
          <div className="s t3">
            <a className="t3" href="/segments">
              {t('Segments')}
            </a>
          </div>
          <h1 className="visually-hidden">{name || t('New segment')}</h1>
          <input
            className="cv-title"
            aria-label={t('Name')}
            aria-invalid={trouble.name !== null || undefined}
            aria-describedby={trouble.name ? 'segment-name-trouble' : undefined}
            placeholder={t('Name of the segment')}
            maxLength={200}
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              setTrouble(NO_TROUBLE);
            }}
          />
          {trouble.name && (
            <p className="hint bad" id="segment-name-trouble">
              {trouble.name}
            </p>
          )}
        </div>
        <span className="acts">
          <span className="s t3 nw" role="status">
            {dirty ? t('Not saved yet') : savedAt ? t('Saved {time}', { time: clock(savedAt) }) : ''}
          </span>
          {saved.id !== null && (
            <button type="button" className="btn" onClick={() => void saveCopy()}>
              {t('Save as copy')}
            </button>
          )}
          <button type="button" className="btn btn-primary" onClick={() => void save()}>
            {saved.id === null ? t('Save segment') : t('Save changes')}
          </button>
        </span>
      </div>
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
          {preview && <Sentence text={preview.sentence} old={counting} />}
        </section>
        <Meaning {...previewed} tree={tree} />
      </div>
      {preview && <Sample preview={preview} old={counting} />}
    </div>
  );
}

function explain(error: unknown, tree: SegmentGroup): Trouble {
  const lines = errorsByLine(error, tree);
  const name = error instanceof ApiError ? error.errors.find(({ where }) => where === 'name')?.message : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { lines, name: name ?? null, other: lines.size > 0 || name ? null : message };
}
