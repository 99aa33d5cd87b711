// Mounts on #run-chain.
import { createRoot } from 'react-dom/client';

const place = document.getElementById('run-chain');
if (place) createRoot(place).render(<main aria-busy="true" />);
