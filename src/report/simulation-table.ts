import type { Simulation } from '../simulate/index.ts';
import { SCHEDULING_NAMES } from './schedule-table.ts';
import { duration, integer, percent, shortName, table } from './table.ts';

/** So many of the links that are held longest are shown. */
const MAX_LINKS = 5;

/** A simulation as text for a terminal: its layers and what they waited for, its metrics, its busiest links. */
export function printSimulation(simulation: Simulation): string {
  const { cycles, idealCycles, links, buffers } = simulation;
  const busiest = links.toSorted((a, b) => b.busyCycles - a.busyCycles).slice(0, MAX_LINKS);
  const peak = (field: 'inputPeakBytes' | 'outputPeakBytes') =>
    buffers.reduce((most, buffer) => Math.max(most, buffer[field]), 0);
  return [
    `${simulation.model} on ${simulation.architecture}, ${simulation.granularity} sets, ` +
      `${SCHEDULING_NAMES[simulation.scheduling]}, ` +
      `${integer(simulation.batch)} ${simulation.batch === 1 ? 'inference' : 'inferences'}; ` +
      `a clock cycle is ${duration(simulation.clockNs)}`,
    '',
    layerTable(simulation),
    '',
    table(
      ['', 'here', 'movement free'],
      [
        ['clock cycles', integer(cycles), integer(idealCycles)],
        ['latency', duration(simulation.latencyNs), duration(idealCycles * simulation.clockNs)],
        ['slowdown', `${(cycles / idealCycles).toFixed(2)}x`, '1.00x'],
        ['first inference', duration(simulation.firstLatencyNs), ''],
        ['throughput', `${Number(simulation.throughputPerSecond.toPrecision(4))} / s`, ''],
        ['energy', simulation.energyPj.total === 0 ? 'no figures' : energy(simulation.energyPj.total), ''],
        ['fullest input buffer', `${integer(peak('inputPeakBytes'))} B`, ''],
        ['fullest output buffer', `${integer(peak('outputPeakBytes'))} B`, ''],
      ],
    ),
    '',
    ...(busiest.length === 0
      ? []
      : [
          table(
            ['busiest links', 'bits', 'busy'],
            busiest.map(({ from, to, bits, utilization }) => [
              `tile ${from} to ${to}`,
              bits,
              percent(utilization),
            ]),
          ),
          '',
        ]),
  ].join('\n');
}

function layerTable({ layers }: Simulation): string {
  const heads = ['layer', 'op', 'copies', 'start', 'end', 'data', 'space', 'copy', 'GPEU', 'send', 'link'];
  const rows = layers.map((layer) => [
    shortName(layer.name),
    layer.op,
    layer.copies,
    layer.startCycle,
    layer.endCycle,
    layer.waitDataCycles,
    layer.waitSpaceCycles,
    layer.waitCopyCycles,
    layer.waitGpeuCycles,
    layer.waitSendCycles,
    layer.waitLinkCycles,
  ]);
  return `${table(heads, rows)}\n\nFrom \`data\` on: clock cycles that sets (send, link: results) waited for it.`;
}

/** An energy in the unit that suits it. */
function energy(picojoules: number): string {
  const units = [
    ['pJ', 1],
    ['nJ', 1e3],
    ['µJ', 1e6],
    ['mJ', 1e9],
    ['J', 1e12],
  ] as const;
  const [unit, size] = units.findLast(([, factor]) => picojoules >= factor) ?? units[0];
  return `${Number((picojoules / size).toPrecision(4))} ${unit}`;
}
