// Conditions as a setting of a step.
import { createContext, useContext, useMemo } from 'react';
import { CountedBuilder, linesBelow } from '../segment/CountedBuilder';
import { asGroup } from '../segment/tree';
import type { Catalogue } from '../segment/types';
import { usePreview } from '../segment/usePreview';
import type { Control } from './Field';
import type { FieldErrors } from './SettingsForm';

export const Conditions = createContext<Catalogue | null>(null);

export function TreeField({ value, onChange, name, errors }: Control & { name: string; errors: FieldErrors }) {
  const conditions = useContext(Conditions);
  const tree = useMemo(() => asGroup(value), [value]);
  const previewed = usePreview(tree);
  const lines = useMemo(() => linesBelow(errors, name), [errors, name]);
  if (!conditions) return null;
  return (
    <CountedBuilder tree={tree} conditions={conditions} previewed={previewed} errors={lines} onChange={onChange} />
  );
}
