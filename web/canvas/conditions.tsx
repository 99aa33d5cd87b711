// Conditions in a form of a page: the builder takes the place of what <div id="conditions" data-field="conditions" data-tree data-where data-message> holds, and sends the tree as JSON in that field.
import './canvas.css';
import { createRoot } from 'react-dom/client';
import { FormConditions } from './segment/FormConditions';
import { asGroup, EVERYBODY } from './segment/tree';

const place = document.getElementById('conditions');

function told(tree: string | undefined) {
  try {
    return tree ? asGroup(JSON.parse(tree)) : EVERYBODY;
  } catch {
    return EVERYBODY;
  }
}

if (place) {
  const { field = 'conditions', tree, where, message } = place.dataset;
  const refused = where && message ? { where, message } : null;
  createRoot(place).render(<FormConditions field={field} first={told(tree)} refused={refused} />);
}
