import { graphlib, layout } from '@dagrejs/dagre';
import { escaped } from './html.ts';

/** The part of Mermaid that the documents use, as SVG: a library of 3 MB that draws in the reader's browser is left out. */
export function diagram(code: string): string {
  const [kind = '', ...lines] = code.trim().split('\n');
  if (kind === 'flowchart LR') return flowchart(lines);
  if (kind === 'xychart-beta') return chart(lines);
  throw new Error(`no diagram begins with ${kind}; flowchart LR and xychart-beta are known`);
}

const NODE = /(\w+)(?:\[(.+?)\])?/.source;
const EDGE = new RegExp(`^\\s*${NODE} (?:-->|-\\. (\\w+) \\.->) ${NODE}$`);
const FONT_SIZE = 13;
const LINE = 20;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** An arrow of a flowchart. */
interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Dashed, against the flow, and with a word. */
  readonly label: string | undefined;
}

/** Boxes and arrows, from left to right. */
function flowchart(lines: readonly string[]): string {
  const texts = new Map<string, string>();
  const arrows = lines.map((line): Arrow => {
    const [, from, fromText, label, to, toText] = EDGE.exec(line) ?? [];
    if (from === undefined || to === undefined) throw new Error(`no arrow of a flowchart: ${line}`);
    texts.set(from, fromText ?? texts.get(from) ?? from);
    texts.set(to, toText ?? texts.get(to) ?? to);
    return { from, to, label };
  });
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 24, edgesep: 16, marginx: 1, marginy: 1 });
  for (const [name, text] of texts) graph.setNode(name, { width: widthOf(text) + 18, height: 34 });
  for (const [i, { from, to, label }] of arrows.entries()) {
    if (label === undefined) graph.setEdge(from, to, { width: 0, height: 0 }, `${i}`);
    else graph.setEdge(to, from, { width: widthOf(label), height: LINE, labelpos: 'c' }, `${i}`);
  }
  layout(graph);
  const { width = 0, height = 0 }: Partial<Size> = graph.graph();
  const paths = arrows.map((arrow, i) => drawn(graph, arrow, `${i}`));
  const boxes = [...texts].map(([name, text]) => {
    const { x, y, width, height }: Point & Size = graph.node(name);
    const box = `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${height}" rx="4"/>`;
    return box + textAt(x, y, text, 'name');
  });
  const told = `A diagram of ${[...texts.values()].join(', ')}.`;
  return svg('flowchart', width, height, told, [...paths, ...boxes].join('\n'));
}

/** An arrow between the sides of two boxes, through the points that the layout has found. */
function drawn(graph: graphlib.Graph, { from, to, label }: Arrow, name: string): string {
  const isAgainst = label !== undefined;
  const [left, right] = isAgainst ? [to, from] : [from, to];
  const found: Point & { readonly points: readonly Point[] } = graph.edge(left, right, name);
  const start = side(graph.node(left), 1);
  const end = side(graph.node(right), -1);
  const points = [start, ...found.points.slice(1, -1), end];
  const [tip, into] = isAgainst ? [start, 1] : [end, -1];
  const path = `<path class="arrow${isAgainst ? ' dashed' : ''}" d="${curve(points)}"/>`;
  const head = `<path class="head" d="M${round(tip.x)} ${round(tip.y)}l${into * 8} -4v8z"/>`;
  return path + head + (isAgainst ? textAt(found.x, found.y - 10, label, 'label') : '');
}

function side({ x, y, width }: Point & Size, direction: 1 | -1): Point {
  return { x: x + (direction * width) / 2, y };
}

/** Mean width of a letter, generously: no browser measures here. */
const widthOf = (text: string) => text.length * FONT_SIZE * 0.54;

/** A curve that is level where it begins and ends. */
function curve(points: readonly Point[]): string {
  const [first, ...others] = points;
  let last = first!;
  const parts = others.map((point) => {
    const middle = round((last.x + point.x) / 2);
    const part = `C${middle} ${round(last.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
    last = point;
    return part;
  });
  return `M${round(first!.x)} ${round(first!.y)}${parts.join('')}`;
}

function textAt(x: number, y: number, text: string, name: string): string {
  return `<text class="${name}" x="${round(x)}" y="${round(y)}" dy="0.35em" text-anchor="middle">${escaped(text)}</text>`;
}

const WIDTH = 720;
const HEIGHT = 300;
const PLOT = { left: 52, right: WIDTH - 16, top: 36, bottom: HEIGHT - 56 };
const TEXT = /"([^"]*)"/.source;
const LIST = /\[([\d., ]+)\]/.source;

/** One line over named values. */
function chart(lines: readonly string[]): string {
  const text = lines.map((line) => line.trim()).join('\n');
  const pattern = `^title ${TEXT}\nx-axis ${TEXT} ${LIST}\ny-axis ${TEXT} (\\d+) --> (\\d+)\nline ${LIST}$`;
  const found = new RegExp(pattern).exec(text);
  if (found === null) throw new Error(`no chart of title, x-axis, y-axis and line: ${text}`);
  const [, title = '', xName = '', xList = '', yName = '', least, most, values = ''] = found;
  const xs = xList.split(',').map((value) => value.trim());
  const ys = values.split(',').map(Number);
  if (xs.length !== ys.length) throw new Error(`${title}: ${xs.length} places and ${ys.length} values`);
  const [from, to] = [Number(least), Number(most)];
  const xAt = (i: number) => PLOT.left + ((i + 0.5) / xs.length) * (PLOT.right - PLOT.left);
  const yAt = (value: number) => PLOT.bottom - ((value - from) / (to - from)) * (PLOT.bottom - PLOT.top);
  const ticks = [0, 1, 2, 3, 4, 5].map((i) => from + ((to - from) * i) / 5);
  const grid = ticks.map(
    (tick) =>
      `<path class="grid" d="M${PLOT.left} ${round(yAt(tick))}H${PLOT.right}"/>` +
      `<text class="tick" x="${PLOT.left - 8}" y="${round(yAt(tick))}" dy="0.35em" text-anchor="end">${tick}</text>`,
  );
  const places = xs.map((place, i) => textAt(xAt(i), PLOT.bottom + 14, place, 'tick'));
  const line = ys.map((value, i) => `${round(xAt(i))} ${round(yAt(value))}`).join('L');
  const dots = ys.map((value, i) => `<circle cx="${round(xAt(i))}" cy="${round(yAt(value))}" r="3"/>`);
  const names =
    textAt(WIDTH / 2, 12, title, 'title') +
    textAt(WIDTH / 2, HEIGHT - 14, xName, 'label') +
    `<text class="label" x="4" y="${PLOT.top - 12}">${escaped(yName)}</text>`;
  const told = `${title}. ${xName}: ${xs.join(', ')}. ${yName}: ${ys.join(', ')}.`;
  const drawing = [...grid, ...places, `<path class="line" d="M${line}"/>`, ...dots, names];
  return svg('chart', WIDTH, HEIGHT, told, drawing.join('\n'));
}

function svg(kind: string, width: number, height: number, told: string, drawing: string): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return (
    `<div class="diagram" tabindex="0"><svg class="${kind}" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" ` +
    `aria-label="${escaped(told)}" font-size="${FONT_SIZE}">\n${drawing}\n</svg></div>\n`
  );
}

const round = (value: number) => Math.round(value * 10) / 10;
