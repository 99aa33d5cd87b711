// A group of conditions: all, any or none of its lines, which may be groups again.
import { useId } from 'react';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Segmented } from '../ui/Segmented';
import { useBuilder } from './Builder';
import { Line } from './Line';
import { group as groupOf, isLeaf, kindOf, membersOf, newLeaf, type Path, replace } from './tree';
import type { GroupKind, SegmentGroup } from './types';

const DEPTH_MAX = 8;

const kinds = (): { key: GroupKind; title: string }[] => [
  { key: 'all', title: t('all') },
  { key: 'any', title: t('any') },
  { key: 'none', title: t('none') },
];

export function Group({ group, path }: { group: SegmentGroup; path: Path }) {
  const { tree, onChange, conditions, counts, add, drop } = useBuilder();
  const legend = useId();
  const members = membersOf(group);
  const first = conditions[0];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a legend cannot hold the row of controls that names this group
    <div className={path.length > 0 ? 'grp sub' : 'grp'} role="group" aria-labelledby={legend}>
      <div className="grp-h">
        <Segmented
          label={t('How the conditions join')}
          value={kindOf(group)}
          choices={kinds()}
          small
          onChange={(kind) => onChange(replace(tree, path, groupOf(kind, members)))}
        />
        <span className="t2" id={legend}>
          {legendOf(kindOf(group), members.length)}
        </span>
        {path.length > 0 && (
          <button
            type="button"
            className="btn btn-quiet btn-icon btn-sm cv-end"
            aria-label={t('Remove the group')}
            title={t('Remove the group')}
            onClick={() => drop(path)}
          >
            <Icon name="x" size={14} />
          </button>
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
      <div className="row-flex cv-grp-f">
        <button
          type="button"
          className="btn btn-sm"
          disabled={!first}
          data-add={path.join('.')}
          onClick={() => first && add(path, newLeaf(first))}
        >
          <Icon name="plus" size={14} /> {t('Condition')}
        </button>
        {path.length < DEPTH_MAX - 1 && (
          <button
            type="button"
            className="btn btn-sm btn-quiet"
            onClick={() => first && add(path, groupOf('any', [newLeaf(first)]))}
          >
            <Icon name="folder-plus" size={14} /> {t('Group')}
          </button>
        )}
        {path.length === 0 && counts.size > 0 && (
          <span className="s t3 cv-alone">{t('customers who meet the line alone')}</span>
        )}
      </div>
    </div>
  );
}

function legendOf(kind: GroupKind, members: number): string {
  if (members === 0 && kind !== 'any') return t('of no conditions: everybody');
  if (members === 0) return t('of no conditions: nobody');
  return kind === 'all' ? t('of these are true') : t('of these is true');
}
