import { useMemo } from 'preact/hooks';
import type { Stretches, Timeline } from '../picture/timeline.ts';
import { extent, integer, percent, shortName } from '../report/table.ts';
import { type DataColumn, DataTable } from './data-table.tsx';

/** The layers of a timeline, as a table: what the picture shows, in numbers. */
export function LayerTable({ timeline }: { readonly timeline: Timeline }) {
  const columns = useMemo(() => columnsOf(timeline), [timeline]);
  return <DataTable label="Table of layers" columns={columns} />;
}

/** Cycles in which anything was fetched. */
function fetchingCycles(fetches: Stretches | undefined): number {
  return fetches?.starts.reduce((sum, start, i) => sum + fetches.ends[i]! - start, 0) ?? 0;
}

function columnsOf({ lanes, cycles }: Timeline): DataColumn[] {
  const numbers = (name: string, of: (lane: Timeline['lanes'][number]) => number): DataColumn => ({
    name,
    values: lanes.map(of),
    show: integer,
  });
  return [
    { name: 'layer', values: lanes.map(({ name }) => shortName(name)) },
    { name: 'op', values: lanes.map(({ op }) => op) },
    { name: 'OFM', values: lanes.map(({ outputShape }) => extent(outputShape)) },
    numbers('PEs of a copy', ({ pes }) => pes),
    numbers('copies', ({ copies }) => copies),
    numbers('sets', ({ sets }) => sets),
    numbers('start', ({ startCycle }) => startCycle),
    numbers('end', ({ endCycle }) => endCycle),
    ...(lanes.some(({ writes = [] }) => writes.length > 0)
      ? [numbers('copies written', ({ writes = [] }) => writes.length)]
      : []),
    ...(lanes.some(({ fetches }) => fetches !== undefined)
      ? [numbers('cycles fetching', ({ fetches }) => fetchingCycles(fetches))]
      : []),
    {
      name: 'busy',
      values: lanes.map(({ busy, copies }) => busy.reduce((sum, bin) => sum + bin, 0) / (copies * cycles)),
      show: percent,
    },
  ];
}
