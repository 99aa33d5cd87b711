// The palette's order: types of step by group, narrowed by words.
import type { Group, StepType, StepTypes } from '../graph/types';
import { t } from '../i18n';

const GROUPS: readonly Group[] = ['triggers', 'conditions', 'flow', 'actions'];

export const groupTitle = (group: Group): string =>
  ({ triggers: t('Triggers'), conditions: t('Conditions'), flow: t('Flow'), actions: t('Actions') })[group];

export type GroupOfTypes = { group: Group; types: StepType[] };

/** Groups that have something to show, each with the types whose title or help holds all of the words. */
export function grouped(
  types: StepTypes,
  words: string,
  keep: (type: StepType) => boolean = () => true,
): GroupOfTypes[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (type: StepType) => {
    const text = `${type.title} ${type.help}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  return GROUPS.map((group) => ({
    group,
    types: [...types.values()].filter((type) => type.group === group && type.on_palette && keep(type) && matches(type)),
  })).filter(({ types: found }) => found.length > 0);
}
