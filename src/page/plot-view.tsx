import { useEffect, useRef } from 'preact/hooks';
import type { Drawing } from '../picture/drawing.ts';
import { drawPlot } from '../plot/draw.ts';
import type { PlotKind } from '../plot/kinds.ts';

/** Wider plots are not drawn. */
const MOST_WIDTH = 1000;

/** A plot, which is drawn when it comes into sight, and again where its width changes. */
export function PlotView({
  kind,
  drawing,
  label,
  axes,
}: {
  readonly kind: PlotKind;
  readonly drawing: Drawing;
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** Names of the columns across and up, where the kind takes them. */
  readonly axes?: readonly string[];
}) {
  const holder = useRef<HTMLDivElement>(null);
  const [across, up] = axes ?? [];
  useEffect(() => {
    const element = holder.current!;
    let drawnWidth = 0;
    let isSeen = false;
    const draw = () => {
      const width = Math.min(MOST_WIDTH, Math.floor(element.clientWidth));
      if (!isSeen || width === 0 || width === drawnWidth) return;
      drawnWidth = width;
      const plot = drawPlot(kind, drawing, { document, width, x: across, y: up });
      // The holder says what all of it is; what parts are called, no reader of screens may say.
      for (const part of plot.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
      element.replaceChildren(plot);
    };
    const seen = new IntersectionObserver(
      (entries) => {
        isSeen ||= entries.some(({ isIntersecting }) => isIntersecting);
        draw();
      },
      { rootMargin: '400px' },
    );
    const resized = new ResizeObserver(draw);
    const print = () => {
      isSeen = true;
      draw();
    };
    seen.observe(element);
    resized.observe(element);
    addEventListener('beforeprint', print);
    return () => {
      seen.disconnect();
      resized.disconnect();
      removeEventListener('beforeprint', print);
    };
  }, [kind, drawing, across, up]);
  return <div ref={holder} class="plot-holder" role="img" aria-label={label} />;
}
