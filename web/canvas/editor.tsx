// The campaign editor: mounts on <div id="editor" data-campaign-id="7">.
import './canvas.css';
import { createRoot } from 'react-dom/client';
import { getCampaign, getConditions, getOrganisation, getStepTypes } from './api';
import { Editor } from './editor/Editor';
import { t } from './i18n';
import { OrganisationContext } from './organisation';
import { Loaded } from './ui/Loaded';

const place = document.getElementById('editor');

async function load(id: number) {
  const [campaign, types, conditions, organisation] = await Promise.all([
    getCampaign(id),
    getStepTypes(),
    getConditions(),
    getOrganisation(),
  ]);
  return { campaign, types, conditions, organisation };
}

if (place) {
  const id = Number(place.dataset.campaignId);
  createRoot(place).render(
    <Loaded
      title={t('The campaign could not be loaded')}
      load={() => load(id)}
      render={({ organisation, ...loaded }) => (
        <OrganisationContext value={organisation}>
          <Editor {...loaded} />
        </OrganisationContext>
      )}
    />,
  );
}
