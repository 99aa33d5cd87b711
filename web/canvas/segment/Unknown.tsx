// What holds for customers of whom something is not known: the rules of the conditions in hand.
import { t } from '../i18n';
import { lines } from './tree';
import type { Condition, SegmentGroup } from './types';

type Props = { tree: SegmentGroup; byKey: ReadonlyMap<string, Condition> };

export function Unknown({ tree, byKey }: Props) {
  const keys = [...new Set(lines(tree).map(({ leaf }) => leaf.condition))];
  const rules = keys.flatMap((key) => byKey.get(key) ?? []).filter((each) => each.not_known !== null);
  if (rules.length === 0) return null;
  return (
    <details className="cv-unknown s t2">
      <summary>{t('What holds where something is not known')}</summary>
      <ul>
        {rules.map((each) => (
          <li key={each.key}>
            <b>{each.title}:</b> {each.not_known}
          </li>
        ))}
      </ul>
    </details>
  );
}
