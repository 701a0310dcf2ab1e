import { useMemo } from 'preact/hooks';
import { LayerTable } from '../../page/layer-table.tsx';
import { TimelineView } from '../../page/timeline-view.tsx';
import { drawingOfTimeline } from '../../picture/drawing.ts';
import type { Timeline } from '../../picture/timeline.ts';
import { PlotView } from '../plot-view.tsx';
import { SIDE_NAMES } from '../sides.ts';
import { shownSchedules } from '../state.ts';

/** The pictures of what is shown, above each other where there are two. */
export function Pictures() {
  const shown = shownSchedules.value;
  return (
    <>
      {shown.map(({ timeline }, i) => (
        <section key={SIDE_NAMES[i]} aria-label={`Pictures ${shown.length > 1 ? SIDE_NAMES[i] : ''}`}>
          {shown.length > 1 && <h3>{SIDE_NAMES[i]}</h3>}
          <TimelineView timeline={timeline} />
          <details>
            <summary>{timeline.lanes.length} layers in numbers</summary>
            <LayerTable timeline={timeline} />
          </details>
          <details>
            <summary>Utilization, copies</summary>
            <Plots timeline={timeline} />
          </details>
        </section>
      ))}
    </>
  );
}

function Plots({ timeline }: { readonly timeline: Timeline }) {
  const drawing = useMemo(() => drawingOfTimeline(timeline), [timeline]);
  return (
    <>
      <PlotView kind="utilization" label="PEs that run an MVM, over time" drawing={drawing} />
      <PlotView kind="layer-utilization" label="Utilization of layers" drawing={drawing} />
      <PlotView kind="copies" label="PEs and copies of layers" drawing={drawing} />
    </>
  );
}
