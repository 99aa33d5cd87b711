// Conditions as a setting of a step: the builder, its sentence, and how many customers meet them now.
import { createContext, useContext, useMemo } from 'react';
import { share, whole } from '../format';
import { t, tn } from '../i18n';
import { Builder } from '../segment/Builder';
import { asGroup, isFilled } from '../segment/tree';
import type { Condition } from '../segment/types';
import { usePreview } from '../segment/usePreview';
import type { Control } from './Field';
import type { FieldErrors } from './SettingsForm';

export const Conditions = createContext<readonly Condition[]>([]);

export function TreeField({ value, onChange, name, errors }: Control & { name: string; errors: FieldErrors }) {
  const conditions = useContext(Conditions);
  const tree = useMemo(() => asGroup(value), [value]);
  const { preview, counting, errors: refused } = usePreview(tree);
  const lines = useMemo(() => linesOf(errors, name), [errors, name]);
  return (
    <div className="cv-tree">
      <Builder
        tree={tree}
        conditions={conditions}
        onChange={onChange}
        counts={new Map(preview?.lines.map((line) => [line.path, line.count]))}
        errors={refused.size > 0 ? refused : lines}
        counting={counting}
      />
      {preview && isFilled(tree) && (
        <div className={counting ? 'cv-tree-says cv-old' : 'cv-tree-says'}>
          <p className="t2">{preview.sentence}</p>
          <p role="status">
            <b className="tn">{tn('{n} customer', '{n} customers', preview.count, { n: whole(preview.count) })}</b>{' '}
            <span className="t3">{t('{share} of the base, now', { share: share(preview.count, preview.total) })}</span>
          </p>
        </div>
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
