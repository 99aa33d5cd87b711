// The page of a segment: mounts the condition builder on <div id="segment" data-segment-id="3|new">; a new one may bring a data-tree and a data-name; data-customer-id: whose answer is explained at once.
import './canvas.css';
import { createRoot } from 'react-dom/client';
import { getConditions, getOrganisation, getSegment } from './api';
import { t } from './i18n';
import { OrganisationContext } from './organisation';
import { SegmentPage } from './segment/SegmentPage';
import { asGroup, EVERYBODY } from './segment/tree';
import { Loaded } from './ui/Loaded';

const place = document.getElementById('segment');

async function load(id: string, begun: { tree?: string; name?: string }) {
  const [conditions, organisation, segment] = await Promise.all([
    getConditions(),
    getOrganisation(),
    id === 'new' ? null : getSegment(Number(id)),
  ]);
  const saved = segment
    ? { ...segment, tree: asGroup(segment.tree) }
    : {
        id: null,
        name: begun.name ?? '',
        kind: 'dynamic' as const,
        used_by: [],
        tree: begun.tree ? asGroup(JSON.parse(begun.tree)) : EVERYBODY,
      };
  return { conditions, organisation, saved };
}

if (place) {
  const id = place.dataset.segmentId ?? 'new';
  createRoot(place).render(
    <Loaded
      title={t('The segment could not be loaded')}
      load={() => load(id, place.dataset)}
      render={({ conditions, organisation, saved }) => (
        <OrganisationContext value={organisation}>
          <SegmentPage conditions={conditions} saved={saved} asked={Number(place.dataset.customerId) || null} />
        </OrganisationContext>
      )}
    />,
  );
}
