// What differs between two states of a chain, as short sentences.
import { t } from '../i18n';
import { sameContent } from './equal';
import { titleOf } from './read';
import { type Graph, lineId, type StepTypes } from './types';

/** From `before` to `after`: added, removed and changed steps, then redrawn lines; places on the canvas do not count. */
export function differences(before: Graph, after: Graph, types: StepTypes): string[] {
  const old = new Map(before.nodes.map((step) => [step.id, step]));
  const now = new Set(after.nodes.map((step) => step.id));
  const added = after.nodes.filter((step) => !old.has(step.id));
  const removed = before.nodes.filter((step) => !now.has(step.id));
  const changed = after.nodes.filter((step) => {
    const was = old.get(step.id);
    return was && (was.type !== step.type || !sameContent(was.settings, step.settings));
  });
  const lines = new Set(before.edges.map(lineId));
  const redrawn = before.edges.length !== after.edges.length || after.edges.some((line) => !lines.has(lineId(line)));
  return [
    ...added.map((step) => t('“{step}” added', { step: titleOf(step, types) })),
    ...removed.map((step) => t('“{step}” removed', { step: titleOf(step, types) })),
    ...changed.map((step) => t('“{step}” changed', { step: titleOf(step, types) })),
    ...(redrawn && added.length + removed.length === 0 ? [t('lines redrawn')] : []),
  ];
}
