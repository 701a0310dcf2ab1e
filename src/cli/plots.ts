import { extname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ClsaCimError } from '../errors.ts';
import { checkPlace, writeWhole } from '../files/whole-file.ts';
import { show } from '../input/show.ts';
import type { Drawing } from '../picture/drawing.ts';
import { type PlotKind, plotKinds } from '../plot/kinds.ts';
import { COLUMN_POINTS, PAGE_POINTS } from '../plot/look.ts';
import { refuseInputs, writingOf } from './outputs.ts';

/** Options of a command that draws. */
export interface PlotFlags {
  readonly plot?: string;
  readonly plotKind?: PlotKind;
  readonly plotWidth?: number;
}

/** What is drawn, and where to. */
export interface Plot {
  readonly path: string;
  readonly kind: PlotKind;
  readonly widthPoints: number | undefined;
  readonly isPng: boolean;
}

/** The kinds of plots that there are of the result of a command, the one that is drawn by default first. */
const KINDS_OF = {
  schedule: ['timeline', 'utilization', 'layer-utilization', 'copies'],
} as const satisfies Readonly<Record<string, readonly PlotKind[]>>;

/** A command that draws. */
type Plotting = keyof typeof KINDS_OF;

const ENDINGS: readonly string[] = ['.svg', '.png'];
/** In millimetres: less holds no axis, more no paper. */
const LEAST_WIDTH = 40;
const MOST_WIDTH = 1200;
const POINTS_PER_MM = 72 / 25.4;

/** Adds the options that draw a plot. */
export function withPlot(name: Plotting, command: Command): Command {
  const [first, ...others] = KINDS_OF[name];
  return command
    .option('--plot <file>', 'draw the result for a paper; .svg or .png (docs/plots.md)')
    .addOption(
      new Option('--plot-kind <kind>', `what is drawn: ${first} (default), ${others.join(', ')}`).argParser(
        kind,
      ),
    )
    .option(
      '--plot-width <width>',
      'column (default), page (both columns) or a number of millimetres',
      width,
    );
}

/**
 * What the flags ask for, checked before anything is computed; undefined where nothing is to be drawn.
 *
 * @param inputs What the command reads, which is not written over.
 * @throws ClsaCimError where there is no such plot, or it cannot be written there.
 */
export async function checkPlot(
  command: Plotting,
  { plot: path, plotKind, plotWidth }: PlotFlags,
  inputs: readonly string[],
): Promise<Plot | undefined> {
  if (path === undefined) {
    if (plotKind === undefined && plotWidth === undefined) return undefined;
    const option = plotKind === undefined ? '--plot-width' : '--plot-kind';
    throw new ClsaCimError(`${option} is of no use without --plot; give the file to draw, too`, 'usage');
  }
  const kind = plotKind ?? KINDS_OF[command][0];
  demandKind(command, kind);
  const ending = extname(path).toLowerCase();
  if (!ENDINGS.includes(ending)) {
    throw new ClsaCimError(
      `--plot ${show(path)}: the ending of the file must be one of ${ENDINGS.join(', ')}`,
      'usage',
    );
  }
  await writingOf('--plot', () => checkPlace(path));
  refuseInputs('--plot', path, inputs);
  return { path, kind, widthPoints: plotWidth, isPng: ending === '.png' };
}

function demandKind(command: Plotting, kind: PlotKind): void {
  const kinds: readonly PlotKind[] = KINDS_OF[command];
  if (kinds.includes(kind)) return;
  const others = Object.entries(KINDS_OF).flatMap(([name, own]) =>
    (own as readonly PlotKind[]).includes(kind) ? [name] : [],
  );
  throw new ClsaCimError(
    `--plot-kind ${kind}: there is no such plot of clsa-cim ${command}, use clsa-cim ${others.join(' or ')}; ` +
      `here it is one of ${kinds.join(', ')}`,
    'usage',
  );
}

/** Draws a plot into its file; the library is loaded only here. */
export async function writePlot(plot: Plot, drawing: Drawing): Promise<void> {
  const { plotSvg, plotPng } = await import('../plot/index.ts');
  const svg = plotSvg(drawing, plot.kind, plot.widthPoints);
  let content: string | Uint8Array = svg;
  if (plot.isPng) {
    const { pngTools } = await import('../node/plot-files.ts');
    content = await plotPng(svg, pngTools());
  }
  await writingOf('--plot', () => writeWhole(plot.path, content));
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
