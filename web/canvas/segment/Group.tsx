// A group of conditions: all, any or none of its lines, which may be groups again.
import { useId } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Segmented } from '../ui/Segmented';
import { useBuilder } from './Builder';
import { useDrop } from './drag';
import { Grip } from './Grip';
import { GroupFoot } from './GroupFoot';
import { Line } from './Line';
import { group as groupOf, isLeaf, kindOf, membersOf, type Path, replace } from './tree';
import type { GroupKind, SegmentGroup } from './types';

const kinds = (): { key: GroupKind; title: string }[] => [
  { key: 'all', title: t('all') },
  { key: 'any', title: t('any') },
  { key: 'none', title: t('none') },
];

export function Group({ group, path }: { group: SegmentGroup; path: Path }) {
  const { tree, change, act } = useBuilder();
  const legend = useId();
  const { attributes, look } = useDrop(path);
  const members = membersOf(group);
  const inner = path.length > 0;
  const deed = (icon: 'copy' | 'x', title: string, what: 'copy' | 'remove') => (
    <button
      type="button"
      className="btn btn-quiet btn-icon btn-sm"
      aria-label={title}
      title={title}
      onClick={() => act(what, path)}
    >
      <Icon name={icon} size={14} />
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a legend cannot hold the row of controls that names this group
    <div className={`grp${inner ? ' sub' : ''}${look}`} role="group" aria-labelledby={legend}>
      <div className="grp-h" {...(inner ? attributes : {})}>
        {inner && <Grip path={path} name={t('the group')} />}
        <Segmented
          label={t('How the conditions join')}
          value={kindOf(group)}
          choices={kinds()}
          small
          onChange={(kind) => change(replace(tree, path, groupOf(kind, members)))}
        />
        <span className="t2" id={legend}>
          {legendOf(kindOf(group), members.length)}
        </span>
        {inner && (
          <span className="cv-end nw">
            {deed('copy', t('Duplicate the group'), 'copy')}
            {deed('x', t('Remove the group'), 'remove')}
          </span>
        )}
      </div>
      {members.map((member, index) => {
        const place = [...path, index];
        return isLeaf(member) ? (
          <Line key={place.join('.')} leaf={member} path={place} />
        ) : (
          <Group key={place.join('.')} group={member} path={place} />
        );
      })}
      <GroupFoot path={path} members={members.length} />
    </div>
  );
}

function legendOf(kind: GroupKind, members: number): string {
  if (members === 0 && kind !== 'any') return t('of no conditions: everybody');
  if (members === 0) return t('of no conditions: nobody');
  return kind === 'all' ? t('of these are true') : t('of these is true');
}
