import type { RenderFunction } from '@observablehq/plot';
import type { UseGroup, UsePicture } from '../../picture/use.ts';
import { axisHeight, figure, note, rowsOf, timeAxes } from '../frame.ts';
import { tickLabel } from '../label.ts';
import { legendOf } from '../legend.ts';
import { COLOURS, type Look } from '../look.ts';
import { rectanglePath, svgElement } from '../svg-element.ts';

/** How much of something is used is told in so many steps of opacity. */
const LEVELS = 5;
/** Opacity of the first step: it is seen on black, too. */
const WEAKEST = 0.3;

/** What each kind of thing looks like. */
const COLOUR_OF: Readonly<Record<UseGroup['kind'], string>> = {
  links: COLOURS.vermilion,
  GPEUs: COLOURS.green,
  'input buffers': COLOURS.blue,
  'output buffers': COLOURS.purple,
  'sides of the port': COLOURS.wine,
  'shared buffer': COLOURS.sky,
};

/** The most used links, GPEUs and buffers down, time across: the stronger, the more of them is used. */
export function usePlot({ cycles, clockNs, binCycles, groups }: UsePicture, look: Look): Element {
  const used = groups.filter(({ members }) => members.length > 0);
  if (used.length === 0) return note(look, 'No link, GPEU or buffer of this simulation is used.');
  const rows = rowsOf(
    look,
    used.flatMap(({ members }) => members.map(({ name }) => name)),
  );
  const axis = axisHeight(look);
  const plotWidth = look.width - rows.marginLeft - look.fontSize * 1.6;
  const legend = legendOf(
    look,
    used.map((group) => ({ label: legendLabel(group), colour: COLOUR_OF[group.kind] })),
  );
  const draw: RenderFunction = (_index, { x, y }) => {
    const across = x as (cycle: number) => number;
    const down = y as unknown as (row: number) => number;
    let row = 0;
    const paths = used.flatMap(({ kind, members, most }) => {
      const byLevel = Array.from({ length: LEVELS }, () => '');
      for (const { values } of members) {
        const top = down(row++);
        for (const { level, first, end } of runsOf(values, most)) {
          const [from, to] = [across(first * binCycles), across(Math.min(end * binCycles, cycles))];
          byLevel[level - 1] += rectanglePath(from, top, to, top + rows.barHeight);
        }
      }
      return byLevel.flatMap((d, i) =>
        d === ''
          ? []
          : [
              svgElement(look, 'path', {
                ...{ 'aria-label': kind, d, fill: COLOUR_OF[kind] },
                'fill-opacity': WEAKEST + ((1 - WEAKEST) * i) / (LEVELS - 1),
              }),
            ],
      );
    });
    return svgElement(look, 'g', {}, paths);
  };
  return figure(look, {
    ...{ height: rows.height + 2 * axis, marginLeft: rows.marginLeft, marginTop: axis, marginBottom: axis },
    legend,
    x: { domain: [0, Math.max(1, cycles)] },
    y: rows.scale,
    marks: [rows.axis, ...timeAxes(look, cycles, clockNs, plotWidth), draw],
  });
}

/** Neighbouring bins of the same step, from 1 to {@link LEVELS}, in one; without those in which nothing is used. */
function runsOf(values: Float64Array, most: number): { level: number; first: number; end: number }[] {
  const runs: { level: number; first: number; end: number }[] = [];
  values.forEach((value, bin) => {
    const level = Math.min(LEVELS, Math.ceil((value / most) * LEVELS - 1e-9));
    if (value <= 0) return;
    const last = runs.at(-1);
    if (last?.level === Math.max(1, level) && last.end === bin) last.end = bin + 1;
    else runs.push({ level: Math.max(1, level), first: bin, end: bin + 1 });
  });
  return runs;
}

/** What the strongest colour stands for, and whether there are more than are shown. */
function legendLabel({ kind, used, members, most }: UseGroup): string {
  const shown = members.length < used ? `${members.length} of ${tickLabel(used)} ${kind}` : kind;
  return kind === 'links' || kind === 'GPEUs' || kind === 'sides of the port'
    ? `${shown}, up to ${tickLabel(Number((most * 100).toPrecision(3)))} % of the time`
    : `${shown}, up to ${tickLabel(Math.ceil(most / 8))} bytes`;
}
