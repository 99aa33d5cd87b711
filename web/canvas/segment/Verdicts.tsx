// A tree with its answers for one customer: each group's own verdict, and each line with the actual value.
import type { Explanation } from '../api';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { address, isLeaf, kindOf, membersOf, type Path } from './tree';
import type { GroupKind, SegmentGroup } from './types';

type Props = { explanation: Explanation; tree: SegmentGroup; group?: SegmentGroup; path?: Path };

export function Verdicts({ explanation, tree, group = tree, path = [] }: Props) {
  const where = address(tree, path);
  const verdict = explanation.groups.find((each) => each.path === where);
  return (
    <div className="cv-verdicts">
      <p className="row-flex m">
        <Mark met={verdict?.met ?? false} /> {legend(kindOf(group))}
      </p>
      <ul className="cv-plain">
        {membersOf(group).map((member, index) => {
          const place = [...path, index];
          const at = address(tree, place);
          const line = explanation.lines.find((each) => each.path === at);
          return (
            <li key={at} data-path={at}>
              {isLeaf(member) ? (
                <p className="row-flex">
                  <Mark met={line?.met ?? false} /> <span>{line?.text}</span>
                </p>
              ) : (
                <Verdicts explanation={explanation} tree={tree} group={member} path={place} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Mark({ met }: { met: boolean }) {
  return (
    <span className={met ? 'cv-mark ok' : 'cv-mark t3'} role="img" aria-label={met ? t('met') : t('not met')}>
      <Icon name={met ? 'check' : 'x'} size={14} />
    </span>
  );
}

const legend = (kind: GroupKind): string =>
  kind === 'all' ? t('all of these') : kind === 'any' ? t('any of these') : t('none of these');
