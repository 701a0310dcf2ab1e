import type { ComponentChildren } from 'preact';
import { oneLine } from '../input/show.ts';
import { GraphView } from './graph/graph-view.tsx';
import { LayerTable } from './layer-table.tsx';
import type { FigureTable, Origin, Report } from './report-data.ts';
import { Scroller } from './scroller.tsx';
import { TimelineView } from './timeline-view.tsx';

/** A report: its numbers, then its pictures. */
export function ReportView({ report }: { readonly report: Report }) {
  const { title, subtitle, figures, remarks, timeline, graph, origin } = report;
  return (
    <main>
      <header>
        <h1>{title}</h1>
        <p class="subtitle">{subtitle}</p>
      </header>
      <Section title="Numbers">
        <Figures figures={figures} />
        {remarks.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
      </Section>
      {timeline && (
        <Section title="Timeline">
          <TimelineView timeline={timeline} />
        </Section>
      )}
      {timeline && (
        <Section title="Layers">
          <LayerTable timeline={timeline} />
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

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const id = title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function Figures({ figures: { columns, rows } }: { readonly figures: FigureTable }) {
  return (
    <Scroller label="Table of numbers">
      <table class="figures">
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...values]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, i) => (
                <td key={columns[i]}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
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
