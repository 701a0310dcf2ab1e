import { useMemo } from 'preact/hooks';
import { PlotView } from '../../page/plot-view.tsx';
import { drawingOfTimeline } from '../../picture/drawing.ts';
import type { Timeline } from '../../picture/timeline.ts';

/** What follows from the timeline of a schedule. */
export function SchedulePlots({ timeline }: { readonly timeline: Timeline }) {
  const drawing = useMemo(() => drawingOfTimeline(timeline), [timeline]);
  return (
    <>
      <PlotView kind="utilization" label="PEs that run an MVM, over time" drawing={drawing} />
      <PlotView kind="layer-utilization" label="Utilization of layers" drawing={drawing} />
      <PlotView kind="copies" label="PEs and copies of layers" drawing={drawing} />
    </>
  );
}
