import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { nameUpTo } from '../../input/show.ts';
import type { GraphNode, NetworkGraph } from '../../picture/network-graph.ts';
import { extent, integer } from '../../report/table.ts';
import { type GraphLayout, layoutOf, NODE } from './layout.ts';

/** A rectangle of the graph that is shown. */
interface View {
  readonly x: number;
  readonly y: number;
  /** Pixels of the graph to one of the page. */
  readonly scale: number;
}

const ZOOM_FACTOR = 1.4;
const MOST_SCALE = 40;
/** Keys move by so many pixels of the page. */
const PAN_PIXELS = 80;
const HEIGHT = 560;
/** Height on paper at most. */
const MOST_PRINTED = 4000;
/** Characters that a node has space for. */
const MOST_NAME = 26;

/** The network as a graph that is moved and zoomed. It is laid out when it comes into sight, or shall be printed, so that it holds nothing up. */
export function GraphView({ graph }: { readonly graph: NetworkGraph }) {
  const holder = useRef<HTMLDivElement>(null);
  const [layout, setLayout] = useState<GraphLayout | undefined>(undefined);
  const [isPrinted, setIsPrinted] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      // The text that it is being laid out is painted first.
      requestAnimationFrame(() => setTimeout(() => setLayout(layoutOf(graph))));
    });
    observer.observe(holder.current!);
    const print = () => {
      setLayout((last) => last ?? layoutOf(graph));
      setIsPrinted(true);
    };
    const printed = () => setIsPrinted(false);
    addEventListener('beforeprint', print);
    addEventListener('afterprint', printed);
    return () => {
      observer.disconnect();
      removeEventListener('beforeprint', print);
      removeEventListener('afterprint', printed);
    };
  }, [graph]);
  return (
    <div ref={holder} class="graph">
      {layout === undefined ? (
        <p>The graph is laid out when it is seen.</p>
      ) : (
        <Drawn graph={graph} layout={layout} isPrinted={isPrinted} />
      )}
    </div>
  );
}

function Drawn({
  graph,
  layout,
  isPrinted,
}: {
  readonly graph: NetworkGraph;
  readonly layout: GraphLayout;
  readonly isPrinted: boolean;
}) {
  const svg = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(800);
  const [view, setView] = useState<View>({ x: 0, y: 0, scale: 1 });
  const whole = useMemo(() => wholeView(layout, width), [layout, width]);
  const zoom = (factor: number, at = { x: width / 2, y: HEIGHT / 2 }) =>
    setView(({ x, y, scale }) => {
      const next = Math.min(MOST_SCALE, Math.max(0.4, scale * factor));
      return { x: x + at.x * (scale - next), y: y + at.y * (scale - next), scale: next };
    });
  const pan = (dx: number, dy: number) =>
    setView((last) => ({ ...last, x: last.x + dx * last.scale, y: last.y + dy * last.scale }));

  useLayoutEffect(() => {
    const element = svg.current!;
    const measure = () => setWidth(element.clientWidth || 800);
    measure();
    // At the top in the middle, at full size.
    setView({ x: (layout.width - (element.clientWidth || 800)) / 2, y: -10, scale: 1 });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== element) return;
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      zoom(1.0018 ** event.deltaY, { x: event.clientX - left, y: event.clientY - top });
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      observer.disconnect();
      element.removeEventListener('wheel', wheel);
    };
  }, [layout]);

  const press = (event: KeyboardEvent) => {
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => pan(-PAN_PIXELS, 0),
      ArrowRight: () => pan(PAN_PIXELS, 0),
      ArrowUp: () => pan(0, -PAN_PIXELS),
      ArrowDown: () => pan(0, PAN_PIXELS),
      '+': () => zoom(1 / ZOOM_FACTOR),
      '=': () => zoom(1 / ZOOM_FACTOR),
      '-': () => zoom(ZOOM_FACTOR),
      '0': () => setView(whole),
    };
    const action = actions[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  };
  const { x, y, scale, height } = isPrinted ? printedView(layout, width) : { ...view, height: HEIGHT };
  return (
    <>
      <div class="toolbar" role="toolbar" aria-label="Graph">
        <button type="button" aria-label="Zoom in" onClick={() => zoom(1 / ZOOM_FACTOR)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoom(ZOOM_FACTOR)}>
          −
        </button>
        <button type="button" onClick={() => setView(whole)}>
          All
        </button>
        <ul class="legend" aria-label="Kinds of layers">
          <li>
            <span class="swatch base" />
            has PEs
          </li>
          <li>
            <span class="swatch other" />
            runs on GPEUs
          </li>
          <li>
            <span class="swatch input" />
            input
          </li>
        </ul>
      </div>
      <svg
        ref={svg}
        class="network"
        role="application"
        aria-label={`Graph of ${graph.nodes.length} layers; arrow keys move it, + and − zoom, 0 shows all`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys as applications do.
        tabIndex={0}
        height={height}
        viewBox={`${x} ${y} ${width * scale} ${height * scale}`}
        onKeyDown={press}
        onPointerDown={(event) =>
          event.button === 0 && event.currentTarget.setPointerCapture(event.pointerId)
        }
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) pan(-event.movementX, -event.movementY);
        }}
      >
        <Shapes graph={graph} layout={layout} />
      </svg>
    </>
  );
}

/** Nodes and edges, which stay the same whatever is shown of them. */
function Shapes({ graph, layout }: { readonly graph: NetworkGraph; readonly layout: GraphLayout }) {
  return useMemo(
    () => (
      <>
        <path class="edges" d={layout.edges.map(edgePath).join('')} />
        {graph.nodes.map((node, i) => (
          <Node key={node.name} node={node} at={layout.nodes[i]!} />
        ))}
      </>
    ),
    [graph, layout],
  );
}

function Node({ node, at: { x, y } }: { readonly node: GraphNode; readonly at: { x: number; y: number } }) {
  const { kind, name, ops, outputShape, pes, copies } = node;
  const left = x - NODE.width / 2;
  const top = y - NODE.height / 2;
  const ofPes = pes === undefined ? '' : ` · ${integer(copies ?? 1)} × ${integer(pes)} PEs`;
  return (
    <g class={`node ${kind}`}>
      <title>{nameUpTo(400, name)}</title>
      <rect x={left} y={top} width={NODE.width} height={NODE.height} rx={kind === 'base' ? 2 : 14} />
      <text x={x} y={top + 16} class="name">
        {nameUpTo(MOST_NAME, name)}
      </text>
      <text x={x} y={top + 33}>
        {nameUpTo(30, `${ops.join(', ')}${ofPes}`)}
      </text>
      <text x={x} y={top + 49}>
        {extent(outputShape)}
      </text>
    </g>
  );
}

function edgePath(points: GraphLayout['edges'][number]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`).join('');
}

/** All of a graph on paper, at full size if it is no higher than some pages. */
function printedView({ width, height }: GraphLayout, shown: number): View & { height: number } {
  const scale = Math.max(1, width / shown, height / MOST_PRINTED);
  return { x: (width - shown * scale) / 2, y: -1, scale, height: Math.ceil((height + 2) / scale) };
}

/** All of a graph. */
function wholeView({ width, height }: GraphLayout, shown: number): View {
  const scale = Math.max(0.4, Math.min(MOST_SCALE, Math.max(width / shown, height / HEIGHT) * 1.04));
  return { x: (width - shown * scale) / 2, y: (height - HEIGHT * scale) / 2, scale };
}
