// The builder inside a form of more than conditions: its lines with their counts, and the whole tree as a sentence.
import { Builder } from './Builder';
import { Said } from './Sentence';
import { isFilled } from './tree';
import type { Catalogue, SegmentGroup } from './types';
import type { Previewed } from './usePreview';

type Props = {
  tree: SegmentGroup;
  conditions: Catalogue;
  previewed: Previewed;
  /** What was wrong with lines when they were last sent, by address. */
  errors: ReadonlyMap<string, string>;
  onChange: (tree: SegmentGroup) => void;
};

export function CountedBuilder({ tree, conditions, previewed, errors, onChange }: Props) {
  const { preview, counting, errors: refused } = previewed;
  return (
    <div className="cv-tree">
      <Builder
        tree={tree}
        conditions={conditions}
        onChange={onChange}
        counts={new Map(preview?.lines.map((line) => [line.path, line.count]))}
        errors={refused.size > 0 ? refused : errors}
        names={preview?.names ?? {}}
        counting={counting}
      />
      {preview && isFilled(tree) && (
        <p className={counting ? 't2 cv-tree-says cv-old' : 't2 cv-tree-says'}>
          <Said parts={preview.sentence_parts} />
        </p>
      )}
    </div>
  );
}

/** What a form says is wrong ("conditions.all.0.value"), by the lines of its field ("all.0"). */
export function linesBelow(errors: Iterable<readonly [string, string]>, field: string): ReadonlyMap<string, string> {
  return new Map(
    [...errors].flatMap(([where, message]) => {
      const inside = where.startsWith(`${field}.`) ? where.slice(field.length + 1) : '';
      const line = /^((?:all|any|none)\.\d+(?:\.(?:all|any|none)\.\d+)*)/.exec(inside)?.[1];
      return line ? [[line, message] as const] : [];
    }),
  );
}
