import { useEffect, useRef } from 'preact/hooks';
import type { Drawing } from '../picture/drawing.ts';
import type { PlotKind } from '../plot/kinds.ts';

/** Plots are no wider; text would be far apart. */
const MOST_WIDTH = 900;

/** A plot, drawn while it is in sight: most are in what is closed. What draws is loaded when there is something to draw. */
export function PlotView(props: {
  readonly kind: PlotKind;
  readonly label: string;
  /** The same one, as long as the plot is to stay. */
  readonly drawing: Drawing;
  /** Names of what is across and up, for plots of sweeps. */
  readonly axes?: readonly [x: string, y: string];
}) {
  const { kind, label, drawing, axes } = props;
  const parent = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void draw(parent.current!, kind, drawing, axes);
    });
    observer.observe(parent.current!);
    return () => observer.disconnect();
  }, [kind, drawing, axes?.join(' ')]);
  return <div class="plot" role="img" aria-label={label} ref={parent} />;
}

async function draw(
  parent: HTMLElement,
  kind: PlotKind,
  drawing: Drawing,
  axes: readonly [x: string, y: string] | undefined,
): Promise<void> {
  const { drawPlot } = await import('../plot/draw.ts');
  const width = Math.min(MOST_WIDTH, parent.clientWidth);
  parent.replaceChildren(drawPlot(kind, drawing, { document, width, axes }));
}
