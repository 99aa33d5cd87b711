// How the TypeScript of web/canvas becomes the files of web/static/dist that pages load through manifest.json.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  base: '/static/dist/',
  publicDir: false,
  build: {
    outDir: 'web/static/dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    // The preload script that Vite would inject is of no use to pages that write their own modulepreload links.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['editor', 'run', 'builder', 'conditions', 'selection'].map((each) => `web/canvas/${each}.tsx`),
    },
  },
  test: { include: ['web/canvas/**/*.test.ts'], environment: 'node' },
});
