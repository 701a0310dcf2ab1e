import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { oneLine } from '../input/show.ts';
import type { Drawing } from '../picture/drawing.ts';
import type { PlotKind } from '../plot/kinds.ts';
import { shortName } from '../report/table.ts';
import { GraphView } from './graph/graph-view.tsx';
import { LayerTable } from './layer-table.tsx';
import { MeshView } from './mesh-view.tsx';
import { PlotView } from './plot-view.tsx';
import { PrintoutView } from './printout-view.tsx';
import type { NamedTimeline, Origin, Report } from './report-data.ts';
import { SweepView } from './sweep-view.tsx';
import { TimelineView } from './timeline-view.tsx';

/** A report: its numbers, then its pictures. */
export function ReportView({ report }: { readonly report: Report }) {
  const {
    title,
    subtitle,
    numbers,
    remarks,
    details,
    drawing,
    timelines = [],
    meshOverTime,
    graph,
    origin,
  } = report;
  const { timeline, sweep } = drawing;
  return (
    <main>
      <header>
        <h1>{title}</h1>
        <p class="subtitle">{subtitle}</p>
      </header>
      <Section title="Numbers">
        {remarks.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
        <PrintoutView printout={numbers} />
      </Section>
      {timeline && (
        <Section title="Timeline">
          <TimelineView timeline={timeline} />
        </Section>
      )}
      {timelines.map(({ name, timeline: own }) => (
        <Section key={name} title={`Timeline: ${shortName(name)}`}>
          <TimelineView timeline={own} spanNs={longestNs(timelines)} />
        </Section>
      ))}
      {PLOTS.map(({ title: heading, kind, picture }) =>
        drawing[picture] === undefined ? null : (
          <Section key={kind} title={heading}>
            <PlotView kind={kind} drawing={drawing} label={`${heading}; the tables have the numbers`} />
          </Section>
        ),
      )}
      {timeline && drawing.stalls === undefined && (
        <p class="hint">
          There are no waits, no energy and no mesh in this report, since it is of a schedule: clsa-cim
          simulate with --report shows them.
        </p>
      )}
      {meshOverTime && (
        <Section title="Mesh over time">
          <MeshView overTime={meshOverTime} />
        </Section>
      )}
      {sweep && (
        <Section title="Points">
          <SweepView drawing={drawing} sweep={sweep} />
        </Section>
      )}
      {timeline && (
        <Section title="Layers">
          <LayerTable timeline={timeline} />
        </Section>
      )}
      {details && (
        <Section title="In numbers">
          <PrintoutView printout={details} />
        </Section>
      )}
      {graph && (
        <Section title="Network">
          <GraphView graph={graph} />
        </Section>
      )}
      <Section title="What made it">
        <OriginView origin={origin} />
      </Section>
    </main>
  );
}

/** The time of the longest run, which all are drawn over. */
function longestNs(timelines: readonly NamedTimeline[]): number {
  return Math.max(...timelines.map(({ timeline: { cycles, cycleNs } }) => cycles * cycleNs));
}

/** Plots that are drawn where there is their picture, in order. */
const PLOTS: readonly { readonly title: string; readonly kind: PlotKind; readonly picture: keyof Drawing }[] =
  [
    { title: 'Utilization over time', kind: 'utilization', picture: 'utilization' },
    { title: 'Utilization of layers', kind: 'layer-utilization', picture: 'utilization' },
    { title: 'PEs and copies', kind: 'copies', picture: 'copies' },
    { title: 'Waits', kind: 'waits', picture: 'stalls' },
    { title: 'Links, GPEUs and buffers over time', kind: 'use', picture: 'use' },
    { title: 'Energy', kind: 'energy', picture: 'energy' },
    { title: 'What spills, and weights', kind: 'traffic', picture: 'traffic' },
    { title: 'Best and bound', kind: 'search', picture: 'search' },
  ];

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function OriginView({ origin: { version, command, chip } }: { readonly origin: Origin }) {
  return (
    <>
      <p>clsa-cim {version}</p>
      {command && <pre>{oneLine(command)}</pre>}
      {chip && (
        <details>
          <summary>The chip</summary>
          <pre>{chip}</pre>
        </details>
      )}
    </>
  );
}
