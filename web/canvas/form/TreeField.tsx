// Conditions as a setting of a step: the builder with its counts, and the whole tree as a sentence.
import { createContext, useContext, useMemo } from 'react';
import { Builder } from '../segment/Builder';
import { Said } from '../segment/Sentence';
import { asGroup, isFilled } from '../segment/tree';
import type { Catalogue } from '../segment/types';
import { usePreview } from '../segment/usePreview';
import type { Control } from './Field';
import type { FieldErrors } from './SettingsForm';

export const Conditions = createContext<Catalogue | null>(null);

export function TreeField({ value, onChange, name, errors }: Control & { name: string; errors: FieldErrors }) {
  const conditions = useContext(Conditions);
  const tree = useMemo(() => asGroup(value), [value]);
  const { preview, counting, errors: refused } = usePreview(tree);
  const lines = useMemo(() => linesOf(errors, name), [errors, name]);
  if (!conditions) return null;
  return (
    <div className="cv-tree">
      <Builder
        tree={tree}
        conditions={conditions}
        onChange={onChange}
        counts={new Map(preview?.lines.map((line) => [line.path, line.count]))}
        errors={refused.size > 0 ? refused : lines}
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

/** "tree.all.0.value" below the field "tree" is about the line "all.0". */
function linesOf(errors: FieldErrors, name: string): ReadonlyMap<string, string> {
  return new Map(
    [...errors].flatMap(([where, message]) => {
      const inside = where.startsWith(`${name}.`) ? where.slice(name.length + 1) : '';
      const line = /^((?:all|any|none)\.\d+(?:\.(?:all|any|none)\.\d+)*)/.exec(inside)?.[1];
      return line ? [[line, message] as const] : [];
    }),
  );
}
