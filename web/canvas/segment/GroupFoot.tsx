// Beneath the lines of a group: what can be added to it, and for the whole tree undo, redo and what is left of it.
import { whole } from '../format';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { useBuilder } from './Builder';
import { useDrop } from './drag';
import { group, lines, newLeaf, type Path } from './tree';

/** From this part of the limit on, it is told how many conditions there are. */
const NEARLY = 0.8;

export function GroupFoot({ path, members }: { path: Path; members: number }) {
  const { conditions, add } = useBuilder();
  const { attributes, look } = useDrop([...path, members]);
  const first = conditions.items[0];
  const depth = conditions.limits.depth;
  return (
    <div className={`row-flex cv-grp-f${look}`} {...attributes}>
      <button
        type="button"
        className="btn btn-sm"
        data-add={path.join('.')}
        onClick={() => first && add(path, newLeaf(first))}
      >
        <Icon name="plus" size={14} /> {t('Condition')}
      </button>
      {path.length < depth - 1 ? (
        <button
          type="button"
          className="btn btn-sm btn-quiet"
          onClick={() => first && add(path, group('any', [newLeaf(first)]))}
        >
          <Icon name="folder-plus" size={14} /> {t('Group')}
        </button>
      ) : (
        <span className="s t3">{t('Groups go at most {n} deep', { n: depth })}</span>
      )}
      {path.length === 0 && <Whole />}
    </div>
  );
}

function Whole() {
  const { tree, conditions, counts, undo, redo } = useBuilder();
  const [count, most] = [lines(tree).length, conditions.limits.conditions];
  return (
    <>
      {(undo || redo) && (
        <span className="nw">
          {travel('arrow-back-up', t('Undo'), 'Ctrl+Z', undo)}
          {travel('arrow-forward-up', t('Redo'), 'Ctrl+Shift+Z', redo)}
        </span>
      )}
      {count >= NEARLY * most && (
        <span className="s t3">{t('{n} of at most {most} conditions', { n: whole(count), most: whole(most) })}</span>
      )}
      {counts.size > 0 && <span className="s t3 cv-alone">{t('customers who meet the line alone')}</span>}
    </>
  );
}

function travel(icon: 'arrow-back-up' | 'arrow-forward-up', title: string, keys: string, go: (() => void) | null) {
  return (
    <button
      type="button"
      className="btn btn-quiet btn-icon btn-sm"
      aria-label={title}
      title={`${title} (${keys})`}
      disabled={!go}
      onClick={() => go?.()}
    >
      <Icon name={icon} size={14} />
    </button>
  );
}
