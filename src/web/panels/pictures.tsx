import { useState } from 'preact/hooks';
import { LayerTable } from '../../page/layer-table.tsx';
import { TimelineView } from '../../page/timeline-view.tsx';
import type { Timeline } from '../../picture/timeline.ts';
import { Lazy } from '../lazy.tsx';
import { SIDE_NAMES } from '../sides.ts';
import { shownSchedules } from '../state.ts';

const plots = () => import('./schedule-plots.tsx').then(({ SchedulePlots }) => SchedulePlots);

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
          <Plots timeline={timeline} />
        </section>
      ))}
    </>
  );
}

/** Plots, which are loaded and drawn when somebody opens them. */
function Plots({ timeline }: { readonly timeline: Timeline }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>Utilization, copies</summary>
      {isOpen && <Lazy load={plots} props={{ timeline }} />}
    </details>
  );
}
