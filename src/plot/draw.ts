import { ClsaCimError } from '../errors.ts';
import type { Drawing, Pictures } from '../picture/drawing.ts';
import { copiesPlot } from './kinds/copies.ts';
import { energyPlot } from './kinds/energy.ts';
import { layerUtilizationPlot } from './kinds/layer-utilization.ts';
import { meshPlot } from './kinds/mesh.ts';
import { parallelPlot } from './kinds/parallel.ts';
import { parameterPlot } from './kinds/parameter.ts';
import { paretoPlot } from './kinds/pareto.ts';
import { searchPlot } from './kinds/search.ts';
import { stallsPlot } from './kinds/stalls.ts';
import { timelinePlot } from './kinds/timeline.ts';
import { trafficPlot } from './kinds/traffic.ts';
import { usePlot } from './kinds/use.ts';
import { utilizationPlot } from './kinds/utilization.ts';
import { type PlotKind, plotKinds } from './kinds.ts';
import { type Look, lookOf, type PlotOptions } from './look.ts';

/** Draws the picture of a kind of plot. */
type Draw<Kind extends PlotKind> = (
  picture: Pictures[(typeof plotKinds)[Kind]['picture']],
  look: Look,
) => Element;

const draws: { readonly [Kind in PlotKind]: Draw<Kind> } = {
  timeline: timelinePlot,
  utilization: utilizationPlot,
  'layer-utilization': layerUtilizationPlot,
  copies: copiesPlot,
  waits: stallsPlot,
  energy: energyPlot,
  traffic: trafficPlot,
  mesh: meshPlot,
  use: usePlot,
  pareto: paretoPlot,
  parameter: parameterPlot,
  parallel: parallelPlot,
  search: searchPlot,
};

/**
 * A plot as an SVG element without a style sheet; what is not coloured has the colour of the text around it.
 *
 * @throws ClsaCimError where the drawing does not have the picture.
 */
export function drawPlot<Kind extends PlotKind>(kind: Kind, drawing: Drawing, options: PlotOptions): Element {
  const { picture } = plotKinds[kind];
  const found = drawing[picture];
  if (found === undefined) {
    throw new ClsaCimError(
      `a plot of kind ${kind} is drawn of the picture ${picture}, which is not there`,
      'usage',
    );
  }
  // The types of the table say that picture and function go together.
  return (draws[kind] as (picture: Pictures[keyof Pictures], look: Look) => Element)(found, lookOf(options));
}
