import { extname } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { ClsaCimError } from '../errors.ts';
import { checkPlace, writeWhole } from '../files/whole-file.ts';
import type { Drawing } from '../picture/drawing.ts';
import { axesOf } from '../plot/axes.ts';
import { kindsOfCommands, type PlotKind, type Plotting, plotKinds } from '../plot/kinds.ts';
import { COLUMN_POINTS, PAGE_POINTS } from '../plot/look.ts';
import { demandEnding } from './outputs.ts';
import { type AxisFlags, refuseAxesOf } from './plot-axes.ts';
import type { RunOutput } from './run-outputs.ts';

/** How a plot is drawn. */
interface PlotFlags extends AxisFlags {
  /** In points. */
  readonly plotWidth?: number;
}

const ENDINGS: readonly string[] = ['.svg', '.png'];
/** In millimetres: less holds no axis, more no paper. */
const LEAST_WIDTH = 40;
const MOST_WIDTH = 1200;
const POINTS_PER_MM = 72 / 25.4;

/**
 * `--plot`: the result as a figure for a paper. The library that draws is loaded when there is something to draw.
 *
 * @param drawingOf The pictures of a run.
 */
export function plotOutput<Run>(
  command: Plotting,
  drawingOf: (run: Run) => Drawing | Promise<Drawing>,
): RunOutput<Run> {
  const [first, ...others] = kindsOfCommands[command];
  return {
    flags: '--plot <file>',
    description: 'draw the result, sized for a paper; .svg or .png',
    options: [
      new Option('--plot-kind <kind>', `what is drawn: ${first} (default), ${others.join(', ')}`).argParser(
        kind,
      ),
      new Option(
        '--plot-width <width>',
        'column (3.5 inches, default), page (both columns) or a number of millimetres',
      ).argParser(width),
      ...axisOptions(command),
    ],
    check(path, flags: PlotFlags) {
      const { plotKind = first } = flags;
      demandKind(command, plotKind);
      refuseAxesOf(plotKind, flags);
      demandEnding(path, ENDINGS);
      checkPlace(path);
    },
    async write(path, run, { plotKind = first, plotWidth, plotX, plotY }: PlotFlags) {
      const drawing = await drawingOf(run);
      const { plotSvg, plotPng } = await import('../plot/index.ts');
      const svg = plotSvg(drawing, plotKind, { widthPoints: plotWidth, x: plotX, y: plotY });
      if (!isPng(path)) return writeWhole(path, svg);
      const { pngTools } = await import('../node/plot-files.ts');
      writeWhole(path, await plotPng(svg, pngTools()));
    },
  };
}

/** The columns of a sweep that are shown, for commands with a plot that lets them be chosen. */
function axisOptions(command: Plotting): Option[] {
  const kinds: readonly PlotKind[] = kindsOfCommands[command];
  const chosen = (axis: number) =>
    kinds
      .flatMap((kind) => (axesOf(kind).length === 0 ? [] : [`a ${axesOf(kind)[axis]} of ${kind}`]))
      .join(', ');
  if (!kinds.some((kind) => axesOf(kind).length > 0)) return [];
  return [
    new Option('--plot-x <column>', `what is shown across: ${chosen(0)}`),
    new Option('--plot-y <column>', `what is shown up: ${chosen(1)}`),
  ];
}

function demandKind(command: Plotting, kind: PlotKind): void {
  const kinds: readonly PlotKind[] = kindsOfCommands[command];
  if (kinds.includes(kind)) return;
  const others = Object.entries<readonly PlotKind[]>(kindsOfCommands).flatMap(([name, own]) =>
    own.includes(kind) ? [`clsa-cim ${name}`] : [],
  );
  throw new ClsaCimError(
    `of kind ${kind}: clsa-cim ${command} has no such plot; use ${others.join(' or ')}, or --plot-kind ${kinds.join(', ')}`,
    'usage',
  );
}

function isPng(path: string): boolean {
  return extname(path).toLowerCase() === '.png';
}

function kind(text: string): PlotKind {
  if (Object.hasOwn(plotKinds, text)) return text as PlotKind;
  throw new InvalidArgumentError(`It must be one of ${Object.keys(plotKinds).join(', ')}.`);
}

/** In points. */
function width(text: string): number {
  if (text === 'column') return COLUMN_POINTS;
  if (text === 'page') return PAGE_POINTS;
  const millimetres = Number(text);
  if (text.trim() !== '' && millimetres >= LEAST_WIDTH && millimetres <= MOST_WIDTH) {
    return millimetres * POINTS_PER_MM;
  }
  throw new InvalidArgumentError(
    `It must be column, page or a number of millimetres from ${LEAST_WIDTH} to ${MOST_WIDTH}.`,
  );
}
