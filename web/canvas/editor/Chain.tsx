// The view in which a chain is drawn: palette, canvas, problems below, settings at the right.

import { useEditorState } from './context';
import { Dock } from './Dock';
import { Palette } from './Palette';
import { Panel } from './Panel';
import { Stage } from './Stage';

export function Chain() {
  const { panel } = useEditorState();
  return (
    <main className="ed-main cv-main">
      <Palette />
      <div className="cv-middle">
        <Stage />
        <Dock />
      </div>
      {panel && <Panel key={panel.step} />}
    </main>
  );
}
