// The page of a selection: ticks, red crosses and actions, mounted on <div id="selection" data-selection-id data-members data-ticked>.
import './canvas.css';
import { createRoot } from 'react-dom/client';
import { getConditions, getOrganisation, getStepTypes } from './api';
import { t } from './i18n';
import { OrganisationContext } from './organisation';
import { Actions } from './selection/Actions';
import { Loaded } from './ui/Loaded';

const place = document.getElementById('selection');

async function load() {
  const [types, conditions, organisation] = await Promise.all([getStepTypes(), getConditions(), getOrganisation()]);
  return { types: types.filter((type) => type.group === 'actions' && type.on_palette), conditions, organisation };
}

if (place) {
  const { selectionId, members, ticked } = place.dataset;
  const sizes = { members: Number(members), ticked: Number(ticked) };
  createRoot(place).render(
    <Loaded
      title={t('The actions could not be loaded')}
      load={load}
      render={({ types, conditions, organisation }) => (
        <OrganisationContext value={organisation}>
          <Actions id={Number(selectionId)} sizes={sizes} types={types} conditions={conditions} />
        </OrganisationContext>
      )}
    />,
  );
}
