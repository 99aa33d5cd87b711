// The campaign editor: mounts on <div id="editor" data-campaign-id="7">.
import '@xyflow/react/dist/base.css';
import './canvas.css';
import { createRoot } from 'react-dom/client';
import { getCampaign, getConditions, getStepTypes } from './api';
import { Editor } from './editor/Editor';
import { t } from './i18n';
import { Loaded } from './ui/Loaded';

const place = document.getElementById('editor');

async function load(id: number) {
  const [campaign, types, conditions] = await Promise.all([getCampaign(id), getStepTypes(), getConditions()]);
  return { campaign, types, conditions };
}

if (place) {
  const id = Number(place.dataset.campaignId);
  createRoot(place).render(
    <Loaded
      title={t('The campaign could not be loaded')}
      load={() => load(id)}
      render={(loaded) => <Editor {...loaded} />}
    />,
  );
}
