// The chain as a list, for phones: the same order and the same numbers as on the canvas.
import type { Run } from '../api';
import { share, whole } from '../format';
import { outline } from '../graph/outline';
import { titleOf } from '../graph/read';
import type { Graph, Port, Step, StepTypes } from '../graph/types';
import { t } from '../i18n';
import { Icon } from '../ui/Icon';
import { Tile } from './Face';
import { groupClass } from './group';
import { Ended, isMoving, NO_COUNTS, Stats } from './Stats';

type Props = { graph: Graph; types: StepTypes; summaries: Record<string, string>; run: Run | null };

export function Outline({ graph, types, summaries, run }: Props) {
  return (
    <ul className="ol" aria-label={t('Chain')}>
      {outline(graph, types).map((row) =>
        row.kind === 'branch' ? (
          <Branch key={`${row.from.id}.${row.port.key}`} from={row.from} port={row.port} depth={row.depth} run={run} />
        ) : (
          <li
            key={row.step.id}
            className={groupClass(types.get(row.step.type))}
            style={{ '--d': row.depth } as React.CSSProperties}
            data-node-id={row.step.id}
            data-node-type={row.step.type}
          >
            <div className="ol-h">
              <Tile type={types.get(row.step.type)} large />
              <div className="grow">
                <div className="b">{titleOf(row.step, types)}</div>
                <div className="s t2">{summaries[row.step.id]}</div>
              </div>
              {run && isMoving(run.nodes[row.step.id] ?? NO_COUNTS) && <span className="pulse" />}
            </div>
            {run && (
              <>
                <Stats
                  run={run.id}
                  step={row.step.id}
                  title={titleOf(row.step, types)}
                  counts={run.nodes[row.step.id] ?? NO_COUNTS}
                />
                <Ended run={run.id} step={row.step.id} counts={run.nodes[row.step.id] ?? NO_COUNTS} />
              </>
            )}
          </li>
        ),
      )}
    </ul>
  );
}

function Branch({ from, port, depth, run }: { from: Step; port: Port; depth: number; run: Run | null }) {
  const tone = port.sign === 'plus' ? 'yes' : port.sign === 'minus' ? 'no' : 'way';
  const counts = run?.nodes[from.id];
  const count = counts?.out[port.key] ?? 0;
  return (
    <li className="ol-b" style={{ '--d': depth } as React.CSSProperties}>
      <span className={`sigd ${tone}`}>
        <Icon name={port.sign ?? 'arrow-right'} />
      </span>
      <b className={tone === 'yes' ? 'ok' : tone === 'no' ? 'bad' : 't2'}>{port.title}</b>
      {counts && (
        <>
          <span className="tn b">{whole(count)}</span>
          <span className="t3 tn">{share(count, counts.in)}</span>
        </>
      )}
    </li>
  );
}
