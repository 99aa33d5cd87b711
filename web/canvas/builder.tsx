// Mounts on #segment.
import { createRoot } from 'react-dom/client';

const place = document.getElementById('segment');
if (place) createRoot(place).render(<main aria-busy="true" />);
