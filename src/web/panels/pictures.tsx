import { useEffect, useRef } from 'preact/hooks';
import { LayerTable } from '../../page/layer-table.tsx';
import { TimelineView } from '../../page/timeline-view.tsx';
import type { Timeline } from '../../picture/timeline.ts';
import type { PlotKind } from '../../plot/kinds.ts';
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
            <Plot kind="utilization" timeline={timeline} />
            <Plot kind="layer-utilization" timeline={timeline} />
            <Plot kind="copies" timeline={timeline} />
          </details>
        </section>
      ))}
    </>
  );
}

/** A plot, drawn while it is in sight: most are in what is closed. */
function Plot({ kind, timeline }: { readonly kind: PlotKind; readonly timeline: Timeline }) {
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void draw(parent.current!, kind, timeline);
    });
    observer.observe(parent.current!);
    return () => observer.disconnect();
  }, [kind, timeline]);
  return <div class="plot" role="img" aria-label={kind} ref={parent} />;
}

async function draw(parent: HTMLElement, kind: PlotKind, timeline: Timeline): Promise<void> {
  const [{ drawPlot }, { drawingOfTimeline }] = await Promise.all([
    import('../../plot/draw.ts'),
    import('../../picture/drawing.ts'),
  ]);
  const width = Math.min(900, parent.clientWidth);
  parent.replaceChildren(drawPlot(kind, drawingOfTimeline(timeline), { document, width }));
}
