// Nobody meets the conditions: which of them leaves nobody over, and what taking it away would bring.
import type { Preview } from '../api';
import { whole } from '../format';
import { t, tn } from '../i18n';
import { isLeaf, membersOf, remove } from './tree';
import type { Condition, SegmentGroup, SegmentTree } from './types';

type Props = {
  preview: Preview;
  tree: SegmentGroup;
  conditions: readonly Condition[];
  onChange: (tree: SegmentGroup) => void;
};

export function Nobody({ preview, tree, conditions, onChange }: Props) {
  const helping = preview.without.filter((each) => each.count > 0);
  const alone = preview.lines.filter((each) => each.count === 0);
  return (
    <div className="card-b cv-nobody">
      <p className="m">{t('No customer meets these conditions')}</p>
      {helping.length > 0 ? (
        <ul className="cv-plain">
          {helping.map(({ path, count }) => {
            const place = Number(path.split('.')[1]);
            const title = titleOf(membersOf(tree)[place], conditions);
            return (
              <li key={path} className="row-flex">
                <span>
                  {tn(
                    'Without line {line}, “{title}”: {n} customer',
                    'Without line {line}, “{title}”: {n} customers',
                    count,
                    { line: place + 1, title, n: whole(count) },
                  )}
                </span>
                <button
                  type="button"
                  className="btn btn-sm"
                  aria-label={t('Take out line {line}, “{title}”', { line: place + 1, title })}
                  onClick={() => onChange(remove(tree, [place]))}
                >
                  {t('Take out')}
                </button>
              </li>
            );
          })}
        </ul>
      ) : (
        <p className="t2">
          {alone.length > 0
            ? t('Some conditions are met by nobody even alone: the 0 at their right. Loosen those first.')
            : t('No single condition is the reason: loosen more than one, or join them by “any”.')}
        </p>
      )}
    </div>
  );
}

function titleOf(member: SegmentTree | undefined, conditions: readonly Condition[]): string {
  if (!member || !isLeaf(member)) {
    const inside = member ? membersOf(member).length : 0;
    return tn('the group of {n} condition', 'the group of {n} conditions', inside, { n: inside });
  }
  return conditions.find((each) => each.key === member.condition)?.title ?? member.condition;
}
